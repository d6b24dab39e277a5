"""What a run says of each condition; promise 5: no page before fresh answers of the same day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evals.compare import Confirmation, Sampling
from evals.condition import AlertSeverity, ConditionKind
from evals.judgement import judge
from evals.policy import Policy, Tier
from evals.records import RunStatus
from evals.verdict import TaskVerdict, VerdictKind
from service.alerting.decide import decide
from service.alerting.of_run import observations_of_run
from service.alerting.policy import DEFAULT
from tests.unit.report.factories_comparison import ALPHA, make_check, make_comparison, make_task
from tests.unit.report.factories_moved import regressed, waiting
from tests.unit.report.factories_report import NOW, make_report, make_run, make_verdict
from tests.unit.report.factories_unmeasured import no_baseline, pin_broken, storm

if TYPE_CHECKING:
    from evals.report.view import RunReport
    from service.alerting.observation import Observation

POLICY = Policy()
KINDS = [ConditionKind.SERIES, ConditionKind.NOT_MEASURED, ConditionKind.PIN_BROKEN]
GUARD = "judge/agreement"


def observed(report: RunReport, policy: Policy = POLICY) -> dict[ConditionKind, Observation]:
    found = observations_of_run(report, policy, NOW)
    return {one.condition.kind: one for one in found}


def breaches(report: RunReport) -> list[bool | None]:
    found = observed(report)
    return [found[kind].breached for kind in KINDS]


def verdicts(**kinds: VerdictKind) -> tuple[TaskVerdict, ...]:
    return tuple(
        TaskVerdict(task=task.replace("_", "/"), kind=kind, reasons=("so it is",))
        for task, kind in kinds.items()
    )


def several(kind: VerdictKind, **kinds: VerdictKind) -> RunReport:
    tasks = tuple(make_task(task=name.replace("_", "/"), judged="faq" in name) for name in kinds)
    return make_report(
        comparison=make_comparison(*tasks),
        verdict=make_verdict(kind, "so it is", tasks=verdicts(**kinds)),
    )


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (make_report(), [False, False, False]),
        (regressed(), [True, False, False]),
        (storm(), [None, True, None]),
        (pin_broken(), [None, None, True]),
        (no_baseline(), [None, False, None]),
        (make_report(run=make_run(status=RunStatus.FAILED)), [None, True, False]),
    ],
    ids=["ok", "regressed", "storm", "pin", "no baseline", "failed"],
)
def test_a_run_says_what_it_knows_and_no_more(
    report: RunReport, expected: list[bool | None]
) -> None:
    assert breaches(report) == expected


def test_a_cancelled_run_says_nothing_and_one_that_goes_on_only_that_the_pin_is_broken() -> None:
    assert observed(make_report(run=make_run(status=RunStatus.CANCELLED))) == {}
    assert observed(waiting()) == {}
    goes_on = replace(pin_broken(), run=make_run(status=RunStatus.RUNNING, completed_at=None))
    assert list(observed(goes_on)) == [ConditionKind.PIN_BROKEN]


def test_a_task_that_was_not_measured_does_not_hide_another_that_moved() -> None:
    report = several(VerdictKind.REGRESSED, faq=VerdictKind.REGRESSED, rules=VerdictKind.INVALID)
    found = observed(report)
    assert found[ConditionKind.SERIES].parts == ("faq",)
    assert found[ConditionKind.NOT_MEASURED].parts == ("rules",)


def test_the_tasks_that_are_well_are_named_though_the_run_as_a_whole_cannot_tell() -> None:
    report = several(VerdictKind.INCONCLUSIVE, faq=VerdictKind.OK, rules=VerdictKind.INCONCLUSIVE)
    scores = observed(report)[ConditionKind.SERIES]
    assert (scores.breached, scores.well) == (None, ("faq",))


def test_the_judge_moved_is_a_condition_of_its_own() -> None:
    report = several(
        VerdictKind.REGRESSED, judge_agreement=VerdictKind.REGRESSED, faq=VerdictKind.INVALID
    )
    found = observed(report)
    assert found[ConditionKind.JUDGE_MOVED].breached
    assert found[ConditionKind.JUDGE_MOVED].severity is AlertSeverity.WARNING
    assert found[ConditionKind.SERIES].breached is None
    assert found[ConditionKind.NOT_MEASURED].breached is False


def test_an_advisory_task_never_alerts() -> None:
    advisory = Policy(tiers={"support-faq": Tier.ADVISORY})
    assert not observed(regressed(), advisory)[ConditionKind.SERIES].breached


def the_check(
    sampling: Sampling | None, *, points: float, p: float, ended: timedelta = timedelta()
) -> RunReport:
    """A run judged by the real judgement: ``points`` lower, with p-value ``p``."""
    rate = 0.92 - points / 100
    task = make_task(
        check=make_check(
            effect=-points / 100, run_rate=rate, p_drop=p, low=-points / 100, high=0.0
        ),
        sampling=sampling,
    )
    task = replace(task, score=replace(task.score, rate=rate))
    comparison = make_comparison(task)
    return make_report(
        run=make_run(completed_at=NOW + ended),
        comparison=comparison,
        verdict=judge(comparison, POLICY),
    )


def a_sampling(confirmation: Confirmation, hours: float | None) -> Sampling:
    values: dict[str, Any] = {"once": 150, "more": 40, "extra_rounds": 3, "again": 2, "calls": 276}
    again = None if hours is None else NOW + timedelta(hours=hours)
    return Sampling(confirmation=confirmation, first_ended=NOW, repeated_at=again, **values)


SAMPLINGS = st.none() | st.builds(
    a_sampling, st.sampled_from(Confirmation), st.none() | st.floats(0, 100)
)


@settings(max_examples=150, deadline=None)
@given(
    sampling=SAMPLINGS,
    points=st.floats(0, 60),
    p=st.floats(0, 0.1) | st.sampled_from([ALPHA, ALPHA / 10, 1e-9]),
    hours=st.floats(0, 100),
)
@example(sampling=None, points=8.3, p=1e-9, hours=1)
@example(sampling=None, points=20.0, p=ALPHA / 10, hours=1)
@example(sampling=a_sampling(Confirmation.REPEATED, 30), points=8.3, p=1e-9, hours=31)
def test_nothing_pages_before_a_fresh_confirmation_of_the_same_day(
    sampling: Sampling | None, points: float, p: float, hours: float
) -> None:
    ended = timedelta(hours=hours)
    report = the_check(sampling, points=points, p=p, ended=ended)
    scores = observed(report)[ConditionKind.SERIES]
    opened = decide(None, scores, DEFAULT, NOW)
    pages = opened is not None and opened.after.severity is AlertSeverity.PAGE
    large = points >= POLICY.page_at_points - 1e-9 and p <= ALPHA / 10
    fresh = sampling is not None and (
        sampling.confirmation is Confirmation.WAIVED
        or (
            sampling.confirmation in (Confirmation.RETESTED, Confirmation.REPEATED)
            and (sampling.repeated_at or NOW + ended) - NOW <= timedelta(hours=24)
        )
    )
    assert not pages or large or fresh
    if report.verdict.kind is VerdictKind.REGRESSED:
        assert opened is not None, "what does not page is told all the same"
        assert pages == (large or fresh)


def test_a_fixed_plan_that_fell_is_a_suspicion_unless_it_fell_far() -> None:
    for points, p, confirmed in [(8.3, 1e-9, False), (25.0, 1e-9, True), (25.0, ALPHA, False)]:
        scores = observed(the_check(None, points=points, p=p))[ConditionKind.SERIES]
        assert (scores.breached, scores.confirmed) == (True, confirmed)
