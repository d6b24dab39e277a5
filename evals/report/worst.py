"""Which changed items to show first: what matters most to its owner, then what surprises most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evals.golden_set import Severity

if TYPE_CHECKING:
    from evals.compare import Flip
    from evals.report.view import RunReport

_WEIGHT: Final = {Severity.HIGH: 0, Severity.NORMAL: 1, Severity.LOW: 2}


@dataclass(frozen=True, kw_only=True, slots=True)
class WorstFlip:
    """A changed item and the task that it belongs to."""

    task: str
    flip: Flip

    @property
    def item(self) -> str:
        """Where to find it: task and item."""
        return f"{self.task}/{self.flip.item_id}"


def worst_flips(report: RunReport, limit: int | None = None) -> tuple[WorstFlip, ...]:
    """Return the changed items of all tasks: severity, then surprise, then fallen before risen."""
    found = [
        WorstFlip(task=task.task, flip=flip)
        for task in report.comparison.tasks
        for flip in task.flips
    ]
    return tuple(sorted(found, key=_rank)[:limit])


def _rank(worst: WorstFlip) -> tuple[int, float, float, str]:
    flip = worst.flip
    gained = (flip.after_pass_rate or 0.0) - flip.before_pass_rate
    return (_WEIGHT[flip.severity], flip.surprise, gained, worst.item)
