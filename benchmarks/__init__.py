"""Commands that measure the playground and train what it shows on arrival."""
