"""Random walks through the real app: seeded, checked after every step, and shrunk when they fail."""
