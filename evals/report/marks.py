"""A verdict as people see it: symbol, word and colour, so that none of them is needed alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from evals.verdict import TaskVerdict, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """How one verdict is shown.

    ``tone`` names a colour by what it means (good, bad, notice, unknown); each form has its own
    shade for it. ``meaning`` is for a reader who has never seen the word.
    """

    symbol: str
    word: str
    tone: str
    meaning: str


MARKS: Final = {
    VerdictKind.OK: Mark(
        symbol="✓",
        word="OK",
        tone="good",
        meaning="Nothing moved that this run could have seen.",
    ),
    VerdictKind.IMPROVED: Mark(
        symbol="▲",
        word="IMPROVED",
        tone="good",
        meaning="Better than the baseline by more than chance explains.",
    ),
    VerdictKind.REGRESSED: Mark(
        symbol="✗",
        word="REGRESSED",
        tone="bad",
        meaning="Worse than the baseline by more than chance explains.",
    ),
    VerdictKind.CHANGED: Mark(
        symbol="≠",
        word="CHANGED",
        tone="notice",
        meaning="It answers differently than the baseline; not measurably worse.",
    ),
    VerdictKind.INCONCLUSIVE: Mark(
        symbol="?",
        word="INCONCLUSIVE",
        tone="unknown",
        meaning="This run cannot tell whether anything changed.",
    ),
    VerdictKind.INVALID: Mark(
        symbol="!",
        word="INVALID",
        tone="unknown",
        meaning="The endpoint was not measured, so nothing is said about its quality.",
    ),
}
PIN_BROKEN: Final = Mark(
    symbol="✗",
    word="PIN BROKEN",
    tone="bad",
    meaning="Another model answers under the pinned name.",
)
JUDGE_MOVED: Final = Mark(
    symbol="!",
    word="JUDGE MOVED",
    tone="unknown",
    meaning="The judge grades its reference answers otherwise than before; nothing is said of the "
    "endpoint.",
)


def mark_of(verdict: Verdict) -> Mark:
    """Return the mark of a run; a broken pin comes before whatever the numbers say."""
    return PIN_BROKEN if verdict.pin_broken else MARKS[verdict.kind]


def headline(verdict: Verdict) -> str:
    """Say why in one sentence: the first reason, or the meaning of the word when there is none."""
    return verdict.reasons[0] if verdict.reasons else mark_of(verdict).meaning


def task_verdict(verdict: Verdict, task: str) -> TaskVerdict | None:
    """Return the verdict on ``task``; None when it was never judged."""
    return next((judged for judged in verdict.tasks if judged.task == task), None)
