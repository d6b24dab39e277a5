"""The judgement: what a comparison means under a policy, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VerdictKind(StrEnum):
    """What a run means; what was not measured never becomes a pass or a fail."""

    OK = "ok"
    REGRESSED = "regressed"
    IMPROVED = "improved"
    CHANGED = "changed"
    INCONCLUSIVE = "inconclusive"
    INVALID = "invalid"


EXIT_CODES = {
    VerdictKind.OK: 0,
    VerdictKind.IMPROVED: 0,
    VerdictKind.REGRESSED: 1,
    VerdictKind.CHANGED: 1,
    VerdictKind.INCONCLUSIVE: 3,
    VerdictKind.INVALID: 3,
}
EXIT_PIN_BROKEN = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskVerdict:
    """The verdict on one task, with its reasons as sentences."""

    task: str
    kind: VerdictKind
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The verdict on a run.

    Attributes:
        kind: The worst news of any task.
        reasons: Whole sentences, the most important first.
        tasks: One verdict a task.
        alpha: The level at which each series was tested.
        policy_digest: The thresholds in force.
        pin_broken: Another model answers under the pinned name.
    """

    kind: VerdictKind
    reasons: tuple[str, ...]
    tasks: tuple[TaskVerdict, ...]
    alpha: float
    policy_digest: str
    pin_broken: bool = False

    @property
    def exit_code(self) -> int:
        """The exit code of ``evals run`` and its siblings."""
        return EXIT_PIN_BROKEN if self.pin_broken else EXIT_CODES[self.kind]
