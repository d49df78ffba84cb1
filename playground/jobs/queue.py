"""The runs that wait for a worker, in the order in which they get one; it starts none itself.

Turns are taken at two levels, by one rule: network addresses take turns, and at each address its
people do. So ten runs of one person hold up nobody who asks for one, and whoever comes under a new
name for each run takes the turns of those at his own address, and of nobody else.

The rule: a party's runs have rounds. Its first run, training or waiting, is in round 0, the next in
round 1, and so on; whoever waits in a lower round comes first, and within a round, who has been in it
longest. A run that ends moves those behind it up a round.

A run that trains gives way to one that would wait in its round or a lower one, so only to somebody who
has fewer runs training, and then it is the last of its round: all who wait there go first, and nobody
who comes later does. So it trains on however many come, and nobody waits for longer than the others of
his round train.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose a run is, and its number among all: a person's own runs are in this order."""

    address: str
    person: str
    number: int


class _Party:
    """What somebody has who takes turns: runs that train, and claims to a worker.

    The first claim is in the round after those that train, the next one in the round after that; it
    holds a number that grows with time: since when it has been in its round.
    """

    def __init__(self) -> None:
        self.training = 0
        self.claims: list[int] = []

    def rounds(self) -> Iterator[tuple[int, int]]:
        """Yield the round of each claim, and since when it has been in it."""
        return enumerate(self.claims, self.training)

    def add(self, since: int) -> None:
        """Claim one more worker."""
        self.claims.append(since)

    def remove(self) -> None:
        """Claim one worker less."""
        self.claims.pop()

    def start(self) -> None:
        """Get a worker."""
        self.claims.pop(0)
        self.training += 1

    def wait_again(self, since: int) -> None:
        """Give a worker back and claim another."""
        self.training -= 1
        self.claims.insert(0, since)

    def end(self, since: int) -> None:
        """Give a worker back; each claim moves up a round."""
        self.wait_again(since)
        self.remove()


class FairQueue:
    """Waiting and training runs by id. Not safe to share between threads: its owner has a lock."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}
        self._waiting: set[str] = set()
        self._addresses: defaultdict[str, _Party] = defaultdict(_Party)
        self._people: defaultdict[tuple[str, str], _Party] = defaultdict(_Party)
        self._clock = itertools.count(1)
        self._order: list[str] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, run: object) -> bool:
        return run in self._waiting

    def add(self, run: str, person: str, address: str = "") -> int:
        """Let `run` wait, behind all that the same person has here, and return its number."""
        place = _Place(address, person, next(self._clock))
        self._places[run] = place
        self._waiting.add(run)
        for party in self._parties(place):
            party.add(place.number)
        self._changed()
        return place.number

    def start(self, run: str) -> None:
        """Note that a waiting run, `first` of all, has got a worker."""
        self._waiting.remove(run)
        for party in self._parties(self._places[run]):
            party.start()
        self._changed()

    def give_way(self, run: str) -> None:
        """Let a run that trains wait again, behind all others of its round."""
        self._wait_again(run, next(self._clock))

    def put_back(self, run: str) -> None:
        """Let a run that trains wait again, before all others of its round: it lost its worker."""
        self._wait_again(run, -next(self._clock))

    def leave(self, run: str) -> None:
        """Let `run` neither wait nor train any more, if it does."""
        place = self._places.pop(run, None)
        if place is None:
            return
        for party in self._parties(place):
            if run in self._waiting:
                party.remove()
            else:
                party.end(next(self._clock))
        self._waiting.discard(run)
        self._forget(place)
        self._changed()

    def hand_over(self, run: str, person: str, address: str = "") -> int:
        """Make a run another person's, behind all that this person has here; return its number."""
        waits = run in self._waiting
        self.leave(run)
        number = self.add(run, person, address)
        if not waits:
            self._waiting.remove(run)
            for party in self._parties(self._places[run]):
                party.remove()
                party.training += 1
            self._changed()
        return number

    def first(self) -> str | None:
        """Return the run that gets the next free worker; it goes on waiting until it starts."""
        order = self.in_order()
        return order[0] if order else None

    def in_order(self) -> list[str]:
        """Return all waiting runs, the next one first."""
        if self._order is None:
            self._order = self._sorted()
        return self._order

    def ahead_of(self, run: str) -> int:
        """Return how many runs are in front of `run`.

        Raises:
            ValueError: it does not wait.
        """
        return self.in_order().index(run)

    def share(self, run: str) -> tuple[int, int]:
        """Return how many runs train for the address of `run`, and for its person there."""
        address, person = self._parties(self._places[run])
        return address.training, person.training

    def before(self, run: str) -> int:
        """Return for how many waiting runs `run`, which trains, would have to give way."""
        place, (most, most_there) = self._places[run], self.share(run)
        return sum(
            number < limit
            for party, limit in (
                *((it, most) for name, it in self._addresses.items() if name != place.address),
                *(
                    (it, most_there)
                    for (address, person), it in self._people.items()
                    if address == place.address and person != place.person
                ),
            )
            for number, _since in party.rounds()
        )

    def _sorted(self) -> list[str]:
        """Return the waiting runs: each claim of an address is for its next person's next run."""
        there: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for run in sorted(self._waiting, key=lambda run: self._places[run].number):
            place = self._places[run]
            there[place.address][place.person].append(run)
        by_address = {}
        for address, by_person in there.items():
            parties = {person: self._people[address, person] for person in by_person}
            by_address[address] = _in_turn(parties, by_person)
        return _in_turn({it: self._addresses[it] for it in by_address}, by_address)

    def _wait_again(self, run: str, since: int) -> None:
        self._waiting.add(run)
        for party in self._parties(self._places[run]):
            party.wait_again(since)
        self._changed()

    def _parties(self, place: _Place) -> tuple[_Party, _Party]:
        return self._addresses[place.address], self._people[place.address, place.person]

    def _forget(self, place: _Place) -> None:
        """Forget whoever has nothing here any more."""
        person = (place.address, place.person)
        if not (self._people[person].training or self._people[person].claims):
            del self._people[person]
        if not (self._addresses[place.address].training or self._addresses[place.address].claims):
            del self._addresses[place.address]

    def _changed(self) -> None:
        self._order = None


def _in_turn(parties: Mapping[str, _Party], runs: Mapping[str, Sequence[str]]) -> list[str]:
    """Return all of the parties' waiting runs in the order of their claims."""
    claims = sorted(
        (number, since, name) for name, party in parties.items() for number, since in party.rounds()
    )
    left = {name: iter(waiting) for name, waiting in runs.items()}
    return [next(left[name]) for _round, _since, name in claims]
