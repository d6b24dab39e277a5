"""What a verdict is worth before fresh answers have confirmed it, and after."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from evals.compare.standing import Confirmation
from evals.numbers import moment, p_value, percent, plural
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.compare import TaskComparison
    from evals.compare.standing import Sampling
    from evals.stats.retest import Retest

_PAGES = (VerdictKind.REGRESSED, VerdictKind.CHANGED)
_UNCONFIRMED = (Confirmation.OPEN, Confirmation.NO_ROOM, Confirmation.NOT_NEEDED)

Judged = tuple[VerdictKind, list[str]]


def settled(task: TaskComparison, judged: Judged) -> Judged:
    """Return the judgement of ``task`` in the light of its confirmation.

    Nothing pages before fresh answers confirm it, unless the effect alone is large enough: what is
    due to be confirmed, or could not be, is ``inconclusive``. Items that failed again and again are
    ``regressed`` by themselves, whatever the total did beside them. A fixed plan, and what was not
    measured, stay as they are.
    """
    sampling, (kind, reasons) = task.sampling, judged
    if sampling is None or kind is VerdictKind.INVALID:
        return judged
    if sampling.confirmation is Confirmation.RETESTED and sampling.retest is not None:
        others = reasons if kind in (*_PAGES, VerdictKind.IMPROVED) else []
        return VerdictKind.REGRESSED, [_failing(sampling, sampling.retest), *others]
    if sampling.confirmation is Confirmation.DUE:
        return VerdictKind.INCONCLUSIVE, [_due(sampling), *_found(task, kind, reasons)]
    if sampling.confirmation in _UNCONFIRMED and kind in _PAGES:
        return VerdictKind.INCONCLUSIVE, [_unconfirmed(sampling), *reasons]
    if sampling.out_of_calls:
        return kind, [*reasons, "items that fell were not asked again: the limit of calls"]
    return judged


def is_waiting(tasks: Sequence[TaskComparison]) -> bool:
    """Whether a run has nothing left to ask but its confirmation, which is due later."""
    sampled = [task.sampling for task in tasks if task.sampling is not None]
    return (
        len(sampled) == len(tasks)
        and any(one.confirmation is Confirmation.DUE for one in sampled)
        and all(one.done or one.confirmation is Confirmation.DUE for one in sampled)
    )


def _failing(sampling: Sampling, retest: Retest) -> str:
    return (
        f"{plural(sampling.again, 'item')} that fell {'was' if sampling.again == 1 else 'were'} "
        f"asked again, and failed again and again: e-value 10^{retest.log_e / log(10):.1f}, "
        f"10^{retest.needed / log(10):.1f} is enough"
    )


def _due(sampling: Sampling) -> str:
    when = "later" if sampling.due_at is None else f"from {moment(sampling.due_at)}"
    return f"to be confirmed by asking again {when}; until then nobody is paged"


def _found(task: TaskComparison, kind: VerdictKind, reasons: list[str]) -> list[str]:
    check = task.check
    if kind in (*_PAGES, VerdictKind.IMPROVED) or check is None:
        return reasons
    return [
        (
            f"suspicious so far: accuracy {percent(check.run_rate)} against "
            f"{percent(check.baseline_rate)}, {p_value(check.p_drop)} for a drop"
        )
    ]


def _unconfirmed(sampling: Sampling) -> str:
    if sampling.confirmation is Confirmation.NO_ROOM:
        return f"not confirmed: the policy allows no more than the {sampling.calls} calls made"
    if sampling.confirmation is Confirmation.NOT_NEEDED:
        return "not confirmed: by the policy that it was asked under this was no news; run it again"
    return "not confirmed: retests or a repetition are missing"
