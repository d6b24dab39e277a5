"""Reports of an endpoint that moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.call_state import CallState
from evals.compare import Confirmation, Estimate, FingerprintChange, Sampling
from evals.compare.comparison import ChannelChange
from evals.compare.since import Moment, SeriesMemory, Since
from evals.golden_set import Severity
from evals.policy import Series
from evals.records import RunStatus
from evals.stats.retest import Retest
from evals.verdict import VerdictKind
from tests.unit.report.factories_comparison import (
    make_answers,
    make_check,
    make_comparison,
    make_flip,
    make_task,
)
from tests.unit.report.factories_report import NOW, make_report, make_run, make_verdict

if TYPE_CHECKING:
    from evals.report.view import RunReport


def regressed() -> RunReport:
    """A task fell by 8.3 points; the endpoint reports a new fingerprint."""
    flips = (
        make_flip(severity=Severity.HIGH),
        make_flip(
            item_id="warranty-02",
            prompt="Is water damage covered by the two-year warranty?",
            targets=("no",),
            before="no",
            after="Yes, water damage is covered for two years from the date of purchase.",
            surprise=0.00002,
        ),
        make_flip(
            item_id="shipping-11",
            prompt="What does express shipping to Norway cost?",
            targets=("19.90 EUR",),
            before="19.90 EUR",
            after="I am sorry, but I do not have that information.",
            surprise=0.011,
        ),
        make_flip(item_id="hours-03", surprise=0.12, after_pass_rate=0.5, before_pass_rate=0.94),
    )
    task = make_task(
        score=Estimate(rate=0.84, low=0.773, high=0.89, n=150),
        bounds=(0.84, 0.84),
        check=make_check(
            effect=-0.0832,
            low=-0.11,
            high=-0.0561,
            run_rate=0.84,
            p_drop=1.3e-9,
            p_rise=1.0,
            fell=(3, 17, 44),
        ),
        answers=make_answers(p_changed=2e-7, share_changed=0.16, low=0.112, high=0.171),
        flips=flips,
        memory=(
            SeriesMemory(
                series=Series.ACCURACY,
                runs=12,
                fell=Since(p_week=4e-10, window=2, onset=Moment(run_id="r-0104", at=NOW)),
                rose=Since(p_week=1.0),
            ),
        ),
    )
    change = FingerprintChange(what="system fingerprint", before="fp_a1", after="fp_b7")
    return make_report(
        comparison=make_comparison(task, fingerprint_changes=(change,)),
        verdict=make_verdict(
            VerdictKind.REGRESSED,
            "accuracy fell from 92.4 % to 84.0 %: -8.3 points "
            "(95 % interval -11.0 to -5.6 points), p < 0.001",
        ),
        next_steps=(
            ("evals runs show r-0105", "every sample of this run"),
            ("evals run weekly --endpoint shop-answers", "run again to confirm"),
        ),
    )


def waiting() -> RunReport:
    """An adaptive check found a drop that is to be confirmed this afternoon."""
    sampling = Sampling(
        once=150,
        more=40,
        extra_rounds=3,
        again=6,
        calls=286,
        confirmation=Confirmation.DUE,
        due_at=NOW.replace(hour=10, minute=2),
        retest=Retest(log_e=2.1, needed=6.25, alarm=False),
    )
    task = make_task(
        planned=270,
        states={CallState.OK: 270},
        check=make_check(effect=-0.031, low=-0.058, high=-0.004, draws=270, p_drop=0.004),
        sampling=sampling,
    )
    return make_report(
        run=make_run(
            status=RunStatus.RUNNING,
            status_reason="confirmation due at 2026-01-05 10:02 UTC",
            completed_at=None,
        ),
        comparison=make_comparison(task),
        verdict=make_verdict(
            VerdictKind.INCONCLUSIVE,
            "to be confirmed by asking again from 2026-01-05 10:02 UTC; until then nobody is paged",
            "suspicious so far: accuracy 92.0 % against 92.4 %, p = 0.004 for a drop",
        ),
        next_steps=(
            ("evals runs resume r-0105", "ask again once the confirmation is due"),
            ("evals runs resume r-0105 --now", "ask again at once"),
        ),
    )


def changed() -> RunReport:
    """Accuracy is the same, one answer in four is not."""
    task = make_task(
        answers=make_answers(
            p_changed=1e-6, share_changed=0.247, expected_share=0.018, low=0.16, high=0.298
        ),
        voice=(
            ChannelChange(
                channel="length",
                before="61 characters (median)",
                after="24 characters (median)",
                check=make_answers(p_changed=2e-7, share_changed=0.58, expected_share=0.03),
                p=8e-7,
            ),
        ),
        flips=(make_flip(before="30 days", after="thirty (30) days", after_pass_rate=1.0),),
    )
    return make_report(
        comparison=make_comparison(task),
        verdict=make_verdict(
            VerdictKind.CHANGED,
            "37 of 150 answers changed (24.7 %, expected 1.8 %), p < 0.001",
            "length of the replies went from 61 characters (median) to 24 characters (median): "
            "58.0 % sound otherwise than usual (expected 3.0 %), p < 0.001",
            "accuracy did not move beyond noise: 92.0 % against 92.4 %, p = 0.71",
        ),
    )


def improved() -> RunReport:
    """A task rose by 5.1 points."""
    check = make_check(effect=0.051, low=0.03, high=0.072, p_drop=1.0, p_rise=0.0007)
    task = make_task(score=Estimate(rate=0.973, low=0.933, high=0.99, n=150), check=check)
    return make_report(
        comparison=make_comparison(task),
        verdict=make_verdict(
            VerdictKind.IMPROVED,
            "accuracy rose from 92.4 % to 97.3 %: +5.1 points "
            "(95 % interval +3.0 to +7.2 points), p < 0.001",
        ),
    )
