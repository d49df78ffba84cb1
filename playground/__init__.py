"""A playground for small neural networks on real images; holds nothing but the version."""

__version__ = "0.1.0"
