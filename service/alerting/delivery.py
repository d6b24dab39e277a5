"""When a message is tried again, and when a channel counts as failing. Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

LEASE: Final = timedelta(minutes=2)
"""How long one attempt may take; after that the message is anybody's again."""

FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(hours=1)
FAILING_AFTER: Final = 4
"""Attempts at one message that fail, about a minute and a half, before others are told."""

MOST_ATTEMPTS: Final = 30
"""About a day of trying; then the message makes way for those behind it."""

REVIVED: Final = (1, 2, MOST_ATTEMPTS)
"""How many attempts a message has behind it that is tried again once its channel works.

A message that a working channel refuses is not the channel's fault, and is not tried for ever."""

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
