"""A run that several people have asked for: who they are, and whose it is next; it moves no run."""

from __future__ import annotations

from typing import Final

from playground.core.artefacts import CHECKPOINT
from playground.core.events import ChunkEnd
from playground.jobs.record import RunRecord

MOST_ASKERS: Final = 100
"""People besides its owner for whom a run goes on; whoever asks later may follow it."""


def add_asker(record: RunRecord, owner: str, address: str) -> bool:
    """Remember that somebody has asked for a run that goes on; return whether that is news."""
    known = [record.owner, *(asker for asker, _address in record.askers)]
    if owner in known or len(record.askers) >= MOST_ASKERS:
        return False
    record.askers.append((owner, address))
    return True


def next_owner(record: RunRecord) -> tuple[str, str] | None:
    """Take the person, and where from, for whom a run goes on when its owner wants it no more."""
    return record.askers.pop(0) if record.askers and record.state.is_active else None


def change_copy(copy: RunRecord, shared: RunRecord, checkpoint: bytes | None, rate: float) -> None:
    """Make a new run what a shared one would be if its learning rate changed now.

    Args:
        copy: the new run, of the same experiment.
        shared: the run that goes on as it is.
        checkpoint: where that was last saved, and the new one begins.
        rate: the learning rate.
    """
    copy.events = shared.events[: shared.saved_events]
    copy.keep({} if checkpoint is None else {CHECKPOINT: checkpoint})
    copy.write_held()
    copy.rates = list(shared.rates)
    place = place_of_change(shared)
    if place is None or place == place_of_change(copy):
        copy.asked_rate = rate  # it comes to that place with its next chunk
    else:
        copy.rates.append((*place, rate))


def place_of_change(record: RunRecord) -> tuple[int, int] | None:
    """Return where a change of the learning rate asked for now falls: an epoch, and chunks of it.

    None before the first chunk.
    """
    chunks = [event for event in record.events if isinstance(event, ChunkEnd)]
    if not chunks:
        return None
    epoch = chunks[-1].epoch
    return epoch, sum(chunk.epoch == epoch for chunk in chunks)
