"""What a run leaves beside its curve: names under which bytes are kept, and which of them goes first.

What the bytes hold, others know: `confidence`, `weights`, and the engine for checkpoints.
"""

from __future__ import annotations

from typing import Final

CHECKPOINT: Final = "checkpoint"
"""Where training goes on, to the last bit; the optimiser's numbers make it three times the weights."""

WEIGHTS: Final = "weights"
"""The network at the end of the run, or where it is paused; see `weights.py`."""

CONFIDENCE: Final = "confidence"
"""How sure the network was of each test picture after each epoch; see `confidence.py`."""

PROBABILITIES: Final = "probabilities"
"""The latest answers to the test pictures, float32 (pictures, classes)."""

ORDER: Final = (CHECKPOINT, WEIGHTS, CONFIDENCE, PROBABILITIES)
"""What of a run goes first where there is too much: the largest, and the least often looked at."""
