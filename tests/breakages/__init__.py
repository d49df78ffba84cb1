"""The app broken on purpose, one thing at a time, and the tests that have to notice each of them."""
