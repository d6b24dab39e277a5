"""An observation: what one run, slot, check or delivery says of one condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evals.condition import AlertSeverity, ConditionKind

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from evals.report.notice import Notice
    from service.alerting.condition import Condition

NEEDS_CONFIRMATION: Final = frozenset({ConditionKind.SERIES, ConditionKind.JUDGE_MOVED})
"""What rests on a test: it may be wrong by chance, so fresh answers come before a page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """What was seen of a condition.

    Attributes:
        condition: What it is about.
        breached: Whether the condition holds; None when this cannot be told, which neither opens
            nor resolves anything.
        reason: Why, in one sentence.
        source: What saw it: the id of a run, a slot, a pin check. The same source is never counted
            twice, so an observation may be repeated at will.
        at: When what it rests on was complete.
        began_at: When asking began; None means at ``at``.
        severity: How loud it is. `AlertSeverity.PAGE` pages only once it is confirmed.
        confirmed: Fresh answers of the same day confirmed it, or the effect alone crosses the page
            threshold. Only what rests on a test needs it (`NEEDS_CONFIRMATION`).
        parts: The tasks that are news; empty where the condition has no parts.
        well: The tasks that were measured and are well; they resolve an alert about those alone
            when ``breached`` is None.
        notice: What a message would say of it.
    """

    condition: Condition
    breached: bool | None
    reason: str
    source: str
    at: datetime
    began_at: datetime | None = None
    severity: AlertSeverity = AlertSeverity.WARNING
    confirmed: bool = False
    parts: tuple[str, ...] = ()
    well: tuple[str, ...] = ()
    notice: Notice | None = None

    @property
    def may_page(self) -> bool:
        """Whether nothing more is needed to page somebody."""
        return self.confirmed or not self.rests_on_test

    @property
    def rests_on_test(self) -> bool:
        """Whether it may be wrong by chance; all else is a fact."""
        return self.condition.kind in NEEDS_CONFIRMATION

    def holds(self, parts: Collection[str]) -> bool | None:
        """Whether the condition holds, for an alert about ``parts``; None when it cannot be told.

        A run of many tasks may be unable to judge one of them for weeks; an alert about others is
        over all the same once those are well.
        """
        if self.breached is None and parts and set(parts) <= set(self.well):
            return False
        return self.breached
