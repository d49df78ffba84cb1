"""A trial by faults: what runs depend on is killed and blocked, and nothing may be lost."""
