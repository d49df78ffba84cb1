"""What the service says no to, in words for the person who asked.

How much is taken on is bounded for a person, for a network address, because a person can come under a
new name for each run, and in all: in runs, and in the time that they are expected to train. A school
may be behind one address, so that an address is given much, and fair turns do the rest (`queue.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from playground.core.choices import quote
from playground.core.errors import EngineError, PlaygroundError
from playground.core.message import N_, Message, message
from playground.jobs.record import RunRecord

SHORT: Final = 60.0
"""Seconds of training up to which a run is only counted and not weighed."""

HOUR: Final = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What somebody may have waiting and training.

    The first run is taken on whatever it takes, and short ones whatever the others take.

    Args:
        runs: how many, at most.
        seconds: how long they may be expected to train, together.
        too_many: said when there are too many, with {count} and {most}.
        too_long: said when they take too long, with {there}, {new} and {most}.
    """

    runs: int
    seconds: float
    too_many: str
    too_long: str


EACH: Final = Bounds(
    runs=24,  # a lesson trains up to twenty
    seconds=4 * HOUR,
    too_many=N_(
        "You have {count} runs waiting or training (limit: {most} each). Wait for one of them to end, or stop it."
    ),
    too_long=N_(
        "Your runs are going to train for about {there}, and this one for about {new}; no more than "
        "{most} are taken on for one person. Stop one of them, or choose fewer epochs or a smaller "
        "network."
    ),
)
"""For one person."""

EACH_ADDRESS: Final = Bounds(
    runs=200,
    seconds=12 * HOUR,
    too_many=N_(
        "{count} runs asked for from your network wait or train, and no more than {most} are taken "
        "on from one. Try again in a minute, when some have ended."
    ),
    too_long=N_(
        "The runs asked for from your network are going to train for about {there}, and this one for "
        "about {new}; no more than {most} are taken on from one. Choose fewer epochs or a smaller "
        "network, or try again when some have ended."
    ),
)
"""For all who come from one network address."""

ALL: Final = Bounds(
    runs=400,
    seconds=24 * HOUR,
    too_many=N_(
        "{count} runs wait or train on this server, and it takes on no more than {most}. Try again "
        "in a minute."
    ),
    too_long=N_(
        "The runs on this server are going to train for about {there}, and this one for about {new}; "
        "it takes on no more than {most}. Choose fewer epochs or a smaller network, or try again "
        "when some have ended."
    ),
)
"""For everybody together."""


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


class NotYoursError(PlaygroundError):
    """Somebody who does not own a run wants to change it."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This run belongs to another visitor by now, so it was left as it is. Change a "
                "setting to train one of your own."
            )
        )


class TooManyRunsError(PlaygroundError):
    """More is asked for than this server takes on."""


class TooManyQuestionsError(EngineError):
    """More short questions are asked than a worker answers beside what it trains."""


def refuse_stranger(record: RunRecord, by: str) -> None:
    """Raise an error if `by` may not change a run.

    Raises:
        NotYoursError: it is another person's.
    """
    if record.owner != by:
        raise NotYoursError


def refuse_too_many(
    active: Sequence[RunRecord],
    owner: str,
    address: str,
    seconds: float,
    seconds_left: Callable[[RunRecord], float],
) -> None:
    """Raise an error if one more run cannot be taken on.

    Args:
        active: the runs that wait and train.
        owner: who asks.
        address: where from.
        seconds: how long it is expected to train.
        seconds_left: returns how much longer an active run is expected to train.

    Raises:
        TooManyRunsError: this person, those at this address or all together have too many already.
    """
    own = [record for record in active if record.owner == owner]
    near = [record for record in active if record.address == address]
    for bounds, there in ((EACH, own), (EACH_ADDRESS, near), (ALL, active)):
        if len(there) >= bounds.runs:
            said = message(bounds.too_many, count=len(there), most=bounds.runs)
            raise TooManyRunsError(said)
        left = sum(map(seconds_left, there))
        if there and seconds > SHORT and left + seconds > bounds.seconds:
            raise TooManyRunsError(
                message(
                    bounds.too_long,
                    there=_duration(left),
                    new=_duration(seconds),
                    most=_duration(bounds.seconds),
                )
            )


def _duration(seconds: float) -> Message:
    if seconds < HOUR:
        return message(N_("{count} min"), count=max(1, round(seconds / 60)))
    return message(N_("{count} h"), count=f"{seconds / HOUR:.1f}".removesuffix(".0"))
