"""What to do next, for somebody who was woken and does not know the system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.condition import AlertSeverity, ConditionKind
from evals.report.notice.notice import Advice
from evals.report.safe_text import visible

if TYPE_CHECKING:
    from evals.report.view import RunReport

_MOST_COMMANDS: Final = 3

_FIRST: Final = {
    ConditionKind.SERIES: "Read the changed answers. If they hurt, send traffic to another "
    "endpoint; if they are right, bless a new baseline.",
    ConditionKind.PIN_BROKEN: "Ask the provider what changed. Until then, do not trust this "
    "endpoint to be what was pinned.",
    ConditionKind.NOT_MEASURED: "See whether the endpoint answers at all: its status page, its "
    "quota, its key. Nothing is said about its quality.",
    ConditionKind.MISSED_CHECK: "See whether the scheduler and a worker are running.",
    ConditionKind.JUDGE_MOVED: "Check the judge's model first: what it graded cannot be trusted, "
    "so verdicts that rest on it are held back.",
    ConditionKind.DELIVERY_FAILING: "Check the channel's address, token and permissions. What it "
    "missed is kept, and sent again.",
    ConditionKind.BUDGET: "Raise the budget, or wait for the next month. Checks are not made until "
    "then.",
    ConditionKind.SHUTDOWN: "Choose its successor while both answer: evals compare asks the two "
    "the same and says whether a swap is safe.",
}


_NEARLY_SPENT: Final = (
    "Raise the budget, or ask less often: once it is spent, checks are not made any more."
)


def first_advice(condition: ConditionKind, severity: AlertSeverity) -> Advice:
    """Return what to do first about a condition that is as loud as ``severity``."""
    if condition is ConditionKind.BUDGET and severity is not AlertSeverity.PAGE:
        return Advice(words=_NEARLY_SPENT)
    return Advice(words=_FIRST[condition])


def advice_on_report(
    report: RunReport, condition: ConditionKind, severity: AlertSeverity
) -> tuple[Advice, ...]:
    """Return what to do about a run: first in words, then the commands that show more."""
    commands = tuple(
        Advice(words=visible(words), command=visible(command))
        for command, words in report.next_steps[:_MOST_COMMANDS]
    )
    return (first_advice(condition, severity), *commands)
