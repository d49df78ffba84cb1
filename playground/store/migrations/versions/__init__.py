"""The steps, in order. One that has been released never changes: write another."""
