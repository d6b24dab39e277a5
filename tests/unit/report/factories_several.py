"""Six tasks at once, each in another condition."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from evals.call_state import CallState
from evals.compare import Estimate, TaskComparison
from evals.verdict import TaskVerdict, VerdictKind
from tests.unit.report.factories_comparison import (
    make_answers,
    make_check,
    make_comparison,
    make_flip,
    make_task,
)
from tests.unit.report.factories_moved import regressed
from tests.unit.report.factories_report import make_report, make_usage, make_verdict

if TYPE_CHECKING:
    from evals.report.view import RunReport

_SIX = (
    ("support-faq", 0.92, -0.004, 0.71, VerdictKind.OK),
    ("arithmetic", 0.78, -0.091, 0.0000004, VerdictKind.REGRESSED),
    ("extraction", 0.993, 0.001, 0.96, VerdictKind.OK),
    ("general-knowledge", 1.0, 0.01, 0.33, VerdictKind.OK),
    ("instructions", 0.61, -0.034, 0.0121, VerdictKind.CHANGED),
    ("code-small", None, nan, nan, VerdictKind.INVALID),
)


def several() -> RunReport:
    """Six tasks, each in another condition."""
    tasks = tuple(_one_of_six(*row) for row in _SIX)
    reasons = {
        VerdictKind.OK: "no change beyond noise",
        VerdictKind.CHANGED: "57 of 150 answers changed (38.0 %, expected 1.8 %), p < 0.001",
        VerdictKind.REGRESSED: "accuracy fell from 87.1 % to 78.0 %: -9.1 points "
        "(95 % interval -12.2 to -6.0 points), p < 0.001",
        VerdictKind.INVALID: "only 0 of 150 samples could be graded (150 never asked)",
    }
    verdicts = tuple(
        TaskVerdict(task=row[0], kind=row[4], reasons=(reasons[row[4]],)) for row in _SIX
    )
    return make_report(
        comparison=make_comparison(*tasks),
        verdict=make_verdict(
            VerdictKind.REGRESSED,
            f"arithmetic: {reasons[VerdictKind.REGRESSED]}",
            tasks=verdicts,
        ),
        usage=make_usage(calls=900, input_tokens=1_216_720, seconds=3700),
        next_steps=regressed().next_steps,
    )


def _one_of_six(
    name: str, rate: float | None, effect: float, p: float, kind: VerdictKind
) -> TaskComparison:
    check = make_check(effect=effect, low=effect - 0.031, high=effect + 0.031, p_drop=p, mde=0.044)
    if rate is None:
        return make_task(
            task=name,
            states={},
            score=Estimate(rate=None, low=0.0, high=1.0, n=0),
            bounds=(0.0, 1.0),
            check=None,
            answers=None,
        )
    flipped = kind is not VerdictKind.OK
    return make_task(
        task=name,
        score=Estimate(rate=rate, low=rate - 0.05, high=min(1.0, rate + 0.03), n=149),
        bounds=(rate * 149 / 150, (rate * 149 + 1) / 150),
        baseline_score=Estimate(
            rate=rate - effect, low=rate - effect - 0.04, high=min(1.0, rate - effect + 0.03), n=150
        ),
        check=check,
        answers=make_answers(p_changed=1e-7, share_changed=0.38, low=0.29, high=0.43)
        if kind is VerdictKind.CHANGED
        else make_answers(),
        flips=tuple(make_flip(item_id=f"{name}-{index}") for index in range(4 * flipped)),
        states={CallState.OK: 149, CallState.REFUSED: 1},
    )
