"""Commands that measure the playground."""
