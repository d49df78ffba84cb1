"""What an experiment is, in plain Python and NumPy: nothing here trains, draws or talks to anyone."""
