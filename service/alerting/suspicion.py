"""A suspicion: what one run found of one task, until fresh answers of the same day agree. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from service.alerting.observation import Observation


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspicion:
    """That a run found something of a task, which another has to find too before anybody is paged.

    Attributes:
        part: The task.
        source: The run.
        began_at: When its asking began.
        ended_at: When its last answer was there.
    """

    part: str
    source: str
    began_at: datetime
    ended_at: datetime

    def agrees(self, other: Suspicion, within: timedelta) -> bool:
        """Whether both are of one task and of one day, and neither run asked during the other.

        Which of the two was judged first does not matter.
        """
        first, second = sorted((self, other), key=lambda one: one.ended_at)
        fresh = second.began_at >= first.ended_at and first.source != second.source
        same_day = second.ended_at <= first.ended_at + within
        return first.part == second.part and fresh and same_day


def suspicions_of(seen: Observation) -> tuple[Suspicion, ...]:
    """Return what ``seen`` makes one suspect, task by task."""
    whole = Suspicion(
        part="", source=seen.source, began_at=seen.began_at or seen.at, ended_at=seen.at
    )
    return tuple(replace(whole, part=part) for part in seen.parts)


def agreed(known: Sequence[Suspicion], seen: Observation, *, within: timedelta) -> tuple[str, ...]:
    """Return the tasks of which ``seen`` finds what another run found the same day."""
    return tuple(
        new.part for new in suspicions_of(seen) if any(old.agrees(new, within) for old in known)
    )


def followed(
    known: Sequence[Suspicion], seen: Observation, *, sure: Sequence[str], within: timedelta
) -> tuple[Suspicion, ...]:
    """Return what is suspected after ``seen``.

    A task that is ``sure`` or well is suspected no more; what nobody confirmed the same day is
    suspected anew.
    """
    over = {*sure, *seen.well}
    new = {one.part: one for one in suspicions_of(seen) if one.part not in over}
    kept = {
        one.part: one
        for one in known
        if one.part not in over and (one.part not in new or seen.at <= one.ended_at + within)
    }
    return tuple((new | kept).values())
