"""What goes wrong on the line, on cue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field

from evals.simulator.draw import uniform
from evals.simulator.persona import Share  # noqa: TC001 - pydantic reads the annotations at run time

if TYPE_CHECKING:
    from collections.abc import Sequence


class FaultKind(StrEnum):
    """One way in which a request can fail to bring an answer."""

    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    CUT = "cut"
    GARBAGE = "garbage"
    EMPTY = "empty"
    SLOW = "slow"

    @property
    def still_answers(self) -> bool:
        """Whether the client gets a whole answer all the same, so that the ask counts as done."""
        return self in (FaultKind.EMPTY, FaultKind.SLOW)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A fault and how often it strikes.

    Attributes:
        kind: What happens.
        share: Share of requests that it strikes, in [0, 1]; a retry is a new draw.
        count: Most requests that it strikes; None for no end.
        retry_after_seconds: Sent with a 429.
        delay_seconds: How long a slow answer waits.
        hang_seconds: How long a timeout keeps the line open before it drops it.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: FaultKind
    share: Share = 1.0
    count: Annotated[int, Field(ge=0)] | None = None
    retry_after_seconds: Annotated[float, Field(ge=0)] = 1.0
    delay_seconds: Annotated[float, Field(ge=0)] = 1.0
    hang_seconds: Annotated[float, Field(ge=0)] = 3600.0


def striking_fault(
    faults: Sequence[Fault], struck: Sequence[int], *, seed: int, conversation: str, attempt: int
) -> int | None:
    """Return the place of the first fault that strikes this attempt, or None.

    Args:
        faults: The faults in force, in order.
        struck: How many requests each of them has struck so far.
        seed: The simulator's seed.
        conversation: Digest of what is asked.
        attempt: How often this conversation was sent before, from 0.

    >>> striking_fault([Fault(kind=FaultKind.EMPTY, count=2)], [2], seed=1,
    ...                conversation="c", attempt=0) is None
    True
    """
    for place, fault in enumerate(faults):
        used_up = fault.count is not None and struck[place] >= fault.count
        if not used_up and uniform(seed, "fault", place, conversation, attempt) < fault.share:
            return place
    return None
