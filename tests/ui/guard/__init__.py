"""The guards, each asked as a server asks it."""
