"""Trains anew what the project states and shows: the notebooks' runs, the lessons' claims, the recorded runs."""

from typing import Final

ONE_THREAD: Final = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
"""What TensorFlow reads when it is imported: a worker trains on one thread, too, and says no more."""
