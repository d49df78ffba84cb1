"""Everything that can go wrong and is somebody's to mend: the tree of this project's errors.

    PlaygroundError
    ├── ExperimentError      a value outside what its choice allows
    ├── DataError            a dataset's file is missing or not the one expected
    ├── RecordingError       a stored run cannot be read
    │   └── CheckpointError      where it stood cannot be taken up: another version wrote it, or it is damaged
    ├── LessonError          a lesson's files are missing or do not fit
    ├── StoreError           runs cannot be written down or read: locked, disk full, server gone
    │   ├── DamagedError         a part of the database is damaged; the rest can be used
    │   ├── RemovedError         the database was removed or replaced while it was in use
    │   └── SchemaError          the database is not ours, or newer: trying again does not help
    └── EngineError          training cannot go on
        ├── EngineStartError     the training processes did not come up
        │   ├── EngineSettingsError  what the environment says of them cannot be used
        │   └── SchedulerError       the scheduler that the environment names does not take us
        └── WorkerLostError      the process that trained a run died
            └── WorkerLeftError      it was being replaced, and the run had not begun there

Every message says what came, what was expected and what to do. What is not in this tree is a bug
and shows as one.
"""

from __future__ import annotations

from playground.core.message import Message


class PlaygroundError(Exception):
    """The root. `message` is what a person reads, ready to be translated.

    It comes out of another process with its words and values still apart.
    """

    def __init__(self, message: Message | str) -> None:
        self.message = message if isinstance(message, Message) else Message(_literal(message))
        super().__init__(str(self.message))

    def __reduce__(self) -> tuple[type[PlaygroundError], tuple[Message]]:
        return type(self), (self.message,)


class ExperimentError(PlaygroundError, ValueError):
    """A value outside what its choice allows."""


class DataError(PlaygroundError):
    """A dataset's file is missing, damaged or not the one expected."""


class RecordingError(PlaygroundError):
    """A stored run cannot be read."""


class CheckpointError(RecordingError):
    """Where a run stood cannot be taken up: another version wrote it, or it is damaged."""


class LessonError(PlaygroundError):
    """A lesson's files are missing or do not fit each other."""


class StoreError(PlaygroundError):
    """Runs cannot be written down or read: the database is locked, full or gone, for now.

    Args:
        message: what everyone may read; it names no path and no address.
        details: which database it is and what it said, for the server's log alone.
    """

    def __init__(self, message: Message | str, details: str = "") -> None:
        super().__init__(message)
        self.details = details
        if details:
            self.add_note(details)


class DamagedError(StoreError):
    """A part of the database is damaged; what lies elsewhere can be used."""


class RemovedError(StoreError):
    """The database was removed or replaced while it was in use; it has to be opened anew."""


class SchemaError(StoreError):
    """The database is not ours, or newer; trying again does not help."""


class EngineError(PlaygroundError):
    """Training cannot go on."""


class EngineStartError(EngineError):
    """The training processes did not come up."""


class EngineSettingsError(EngineStartError):
    """What the environment says of the training processes cannot be used."""


class SchedulerError(EngineStartError):
    """The scheduler that the environment names does not take us, for now."""


class WorkerLostError(EngineError):
    """The process that trained a run died."""


class WorkerLeftError(WorkerLostError):
    """The process that was to train a run was being replaced; the run had not begun there."""


def _literal(text: str) -> str:
    """Return `text` as a template without places: its braces are only braces."""
    return text.replace("{", "{{").replace("}", "}}")
