"""The lessons' pages: predict, run, see, understand."""
