"""Runs and who trains them: the queue, the link to the engine, and what every page can ask of a run.

No page code here and no training: the engine's processes train, and pages look at `RunView`s.
"""

from playground.jobs.refusals import NotYoursError, TooManyRunsError, UnknownRunError
from playground.jobs.service import TrainingService, Way

__all__ = ["NotYoursError", "TooManyRunsError", "TrainingService", "UnknownRunError", "Way"]
