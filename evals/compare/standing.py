"""Where an adaptive check stands: facts that `evals.compare.sampling` decides by and arrives at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from evals.stats.retest import Retest


class Confirmation(StrEnum):
    """Whether what the first look found was confirmed by fresh answers."""

    OPEN = "open"
    """Rounds of a stage that was begun are missing still."""
    NOT_NEEDED = "not_needed"
    """The first look found nothing to confirm, or could not be graded."""
    WAIVED = "waived"
    """The effect alone crosses the page threshold."""
    RETESTED = "retested"
    """Items failed again and again: the e-value alarms."""
    DUE = "due"
    """The first look is suspicious, and is to be repeated."""
    NO_ROOM = "no_room"
    """It is suspicious, and no more calls are allowed."""
    REPEATED = "repeated"
    """It was repeated; both looks are judged together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sampling:
    """What an adaptive check of one task asked, and where it stands.

    Attributes:
        once: Items of the task, each asked once.
        more: How many of them, the informative ones, were asked again in the first look.
        extra_rounds: How often those were asked again.
        again: Items that fell and were asked again.
        calls: Samples of all stages.
        confirmation: Whether what was found is confirmed.
        to_ask_again: Ids of the items to be asked in the next round of retests.
        first_ended: When the last answer of the first look came; None without any.
        due_at: When the repetition may start; None unless it is due.
        repeated_at: When the first answer of the repetition came; None without one.
        retest: What the repeated failures weigh; None when nothing was asked again.
        out_of_calls: Retests were cut short by the limit of calls.
    """

    once: int
    more: int
    extra_rounds: int
    again: int
    calls: int
    confirmation: Confirmation
    to_ask_again: tuple[str, ...] = ()
    first_ended: datetime | None = None
    due_at: datetime | None = None
    repeated_at: datetime | None = None
    retest: Retest | None = None
    out_of_calls: bool = False

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask."""
        return self.confirmation not in (Confirmation.OPEN, Confirmation.DUE)


@dataclass(frozen=True, kw_only=True, slots=True)
class WholeLook:
    """How far the looks at a task have come that brings several series.

    Attributes:
        planned: Samples of one look.
        looked: Samples of the first look that are stored.
        repeated: Samples of the repetition that are stored.
        repeated_at: When its first answer came; None without any.
    """

    planned: int
    looked: int
    repeated: int
    repeated_at: datetime | None = None

    @property
    def missing(self) -> int:
        """How many samples of both looks are not there yet."""
        return max(0, 2 * self.planned - self.looked - self.repeated)
