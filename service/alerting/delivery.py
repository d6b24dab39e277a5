"""When a message is tried again, and when a channel counts as failing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

LEASE: Final = timedelta(minutes=2)
"""How long one attempt may take; after that the message is anybody's again."""

FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(hours=1)
FAILING_AFTER: Final = 4
"""Attempts at one message that fail, about a minute and a half, before others are told."""

MOST_ATTEMPTS: Final = 30
"""About a day of trying; then the message makes way for those behind it."""

MOST_REVIVALS: Final = 3
"""How often a message that failed is sent after all because its channel works, each time anew.

What a working channel refuses is not the channel's fault, and is not tried for ever."""

REVIVED_FOR: Final = timedelta(days=7)
"""What was refused before that is not news any more."""


class Standing(StrEnum):
    """Where a message to one channel stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    """The channel refuses it for good; it waits until the channel is repaired."""
    DROPPED = "dropped"
    """The channel is not configured any more."""


class Outcome(StrEnum):
    """What became of one attempt."""

    DELIVERED = "delivered"
    PASSING = "passing"
    """It failed in a way that may pass: tried again."""
    PERMANENT = "permanent"
    """It failed in a way that only a person can mend."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A message that waits: ``tries`` are behind it, and it is about ``alerts``."""

    id: int
    channel: str
    tries: int
    next_attempt_at: datetime
    alerts: frozenset[int] = frozenset()


def next_to_send(waiting: Iterable[Waiting], now: datetime) -> tuple[Waiting, ...]:
    """Return what of ``waiting``, in the order of writing, is sent now: the longest due first.

    A channel takes one message after the other, and an alert's in their order, so that no end
    overtakes its beginning. A message that has failed `FAILING_AFTER` times holds up only what is
    about the same alerts.
    """
    taken: set[str] = set()
    held: set[tuple[str, int]] = set()
    found: list[Waiting] = []
    for one in waiting:
        mine = {(one.channel, alert) for alert in one.alerts}
        free = one.channel not in taken and not mine & held
        held |= mine
        if free and one.next_attempt_at <= now:
            found.append(one)
        if free and one.tries < FAILING_AFTER:
            taken.add(one.channel)
    return tuple(sorted(found, key=lambda one: (one.next_attempt_at, one.id)))


def is_lost(standing: Standing, *, revivals: int, age: timedelta) -> bool:
    """Whether a message of this standing will never be received.

    >>> is_lost(Standing.FAILED, revivals=0, age=timedelta(hours=1))
    False
    """
    past_revival = revivals >= MOST_REVIVALS or age > REVIVED_FOR
    return standing is Standing.DROPPED or (standing is Standing.FAILED and past_revival)


def wait_before(attempt: int, *, asked: timedelta | None, rng: Random) -> timedelta:
    """Return how long to wait after attempt number ``attempt`` (1 is the first) has failed.

    10 s doubled each time up to an hour, of which a random half to whole, so that messages that
    failed together do not come back together; never less than the channel ``asked`` for.

    >>> from random import Random
    >>> wait_before(9, asked=timedelta(hours=3), rng=Random(1))
    datetime.timedelta(seconds=10800)
    """
    doubled = FIRST_WAIT * (1 << min(attempt - 1, 16))
    wait = min(doubled, LONGEST_WAIT) * (0.5 + rng.random() / 2)
    return max(wait, asked or timedelta())
