"""A slot: one due moment of one endpoint, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.timetable.states import SlotState

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSlot:
    """A due moment of one endpoint that nobody has stored yet; the times as in `Slot`."""

    schedule: str
    endpoint: str
    suite: str
    due_at: datetime
    starts_at: datetime
    deadline_at: datetime
    state: SlotState = SlotState.DUE
    reason: str = ""
    lost_until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A due moment of one endpoint, and what became of it.

    Attributes:
        due_at: What the schedule's cron says.
        starts_at: The same, and the endpoint's share of the spread.
        deadline_at: By then its check should have completed.
        reason: Why it stands at ``state``; empty where that goes without saying.
        decided_at: When it came to ``state``.
        lost_until: It stands for every moment up to there, too many to be told apart; None as a
            rule.
    """

    id: int
    schedule: str
    endpoint: str
    suite: str
    due_at: datetime
    starts_at: datetime
    deadline_at: datetime
    state: SlotState
    reason: str
    decided_at: datetime
    run_id: str | None
    lost_until: datetime | None = None
