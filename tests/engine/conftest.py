"""One thread for TensorFlow, as in a worker, and trainers that share what they have compiled.

TensorFlow reads the number of threads when it is imported: nothing here may import it earlier than
the tests of this folder do.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playground.engine.training import Trainer

os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
os.environ["TF_NUM_INTEROP_THREADS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"


@pytest.fixture(scope="session")
def trainer() -> Trainer:
    """Return a trainer that has loaded its pictures and keeps its networks warm."""
    from playground.engine.training import Trainer

    return Trainer()


@pytest.fixture(scope="session")
def other_trainer() -> Trainer:
    """Return a second trainer that shares nothing with the first, as another worker's would."""
    from playground.engine.training import Trainer

    return Trainer()
