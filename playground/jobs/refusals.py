"""What the service says no to, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from playground.core.catalogue import quote
from playground.core.errors import PlaygroundError
from playground.core.message import N_, message
from playground.jobs.record import RunRecord

MOST_EACH: Final = 12
"""Runs that one person may have waiting and training."""

MOST: Final = 400
"""Runs that may wait and train altogether."""


class UnknownRunError(PlaygroundError):
    """A link names a run that is not here."""

    def __init__(self, run: str) -> None:
        super().__init__(
            message(
                N_(
                    "The link names the run {run}, which this server does not have (it keeps the "
                    "latest ones). The settings in the link still hold: press Train."
                ),
                run=quote(run),
            )
        )


class TooManyRunsError(PlaygroundError):
    """More is asked for than this server takes on."""


def refuse_too_many(active: Sequence[RunRecord], owner: str) -> None:
    """Raise an error if `owner` may not ask for one more run.

    Args:
        active: the runs that wait and train.
        owner: who asks; without a name only the server's own limit counts.

    Raises:
        TooManyRunsError: this person has too many already, or everyone together has.
    """
    own = sum(record.owner == owner for record in active)
    if owner and own >= MOST_EACH:
        raise TooManyRunsError(
            message(
                N_(
                    "You have {count} runs waiting or training, and no more than {most} are "
                    "taken on for one person. Wait for one of them to end, or stop it."
                ),
                count=own,
                most=MOST_EACH,
            )
        )
    if len(active) >= MOST:
        raise TooManyRunsError(
            message(
                N_(
                    "{count} runs wait or train on this server, and it takes on no more. Try "
                    "again in a minute."
                ),
                count=len(active),
            )
        )
