"""Tests of `playground.ui`."""
