"""Reports of known content, each with overrides; the cases that every form must show well."""

from __future__ import annotations

from datetime import UTC, datetime
from math import nan
from typing import Any

from evals.call_state import CallState
from evals.compare import (
    Comparison,
    Confirmation,
    Estimate,
    Excluded,
    FingerprintChange,
    Flip,
    Sampling,
    StateRate,
    TaskComparison,
)
from evals.compare.memory import Moment, SeriesMemory, Since
from evals.golden_set import Severity
from evals.policy import Series
from evals.records import RunRecord, RunStatus, TaskRecord
from evals.report.view import RunReport, Usage
from evals.stats.answer_check import AnswerCheck
from evals.stats.check import Check
from evals.stats.reference import Support
from evals.stats.retest import Retest
from evals.verdict import TaskVerdict, Verdict, VerdictKind

ALPHA = 1 / 260
NOW = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
HOSTILE = (
    "\x1b[31mred\x1b[0m [bold]markup[/bold] :smile: <script>alert(1)</script> @everyone | `tick` "
    "\x00\u202etxt.exe\u202c \u05e9\u05dc\u05d5\u05dd "
    "![x](http://example.invalid/a.png)\n# heading\r\n"
)
BIG = HOSTILE + "x" * 1_000_000


def make_check(**overrides: Any) -> Check:
    """150 items, 16 passes, nothing moved."""
    values: dict[str, Any] = {
        "effect": -0.004,
        "low": -0.027,
        "high": 0.019,
        "run_rate": 0.92,
        "baseline_rate": 0.9242,
        "p_drop": 0.71,
        "p_rise": 1.0,
        "p_sum_drop": 0.355,
        "p_flip_drop": 0.62,
        "p_sum_rise": 0.645,
        "p_flip_rise": 0.8,
        "log_e": -0.4,
        "log_e_rise": -0.6,
        "mde": 0.041,
        "items": 150,
        "draws": 150,
        "passes": 16,
        "vbar": 0.017,
        "rho": 0.0,
        "lam": 1.15,
        "fell": (),
        "rose": (),
        "support": Support.FULL,
    }
    return Check(**(values | overrides))


def make_answers(**overrides: Any) -> AnswerCheck:
    """Answers as usual."""
    values: dict[str, Any] = {
        "p_changed": 0.8,
        "p_sum": 0.4,
        "p_flip": 0.6,
        "changed": (),
        "share_changed": 0.02,
        "expected_share": 0.018,
        "low": -0.018,
        "high": 0.022,
        "mde": 0.038,
        "items": 150,
        "draws": 150,
        "passes": 8,
        "support": Support.FULL,
        "reason": None,
    }
    return AnswerCheck(**(values | overrides))


def make_flip(**overrides: Any) -> Flip:
    """An item that was always right and now is wrong."""
    values: dict[str, Any] = {
        "item_id": "refund-07",
        "prompt": "How many days may a customer return an opened headset?",
        "targets": ("30 days",),
        "before": "30 days",
        "after": "14 days",
        "before_pass_rate": 1.0,
        "after_pass_rate": 0.0,
        "surprise": 0.0004,
        "severity": Severity.NORMAL,
    }
    return Flip(**(values | overrides))


def make_task(**overrides: Any) -> TaskComparison:
    """A task that did not move."""
    values: dict[str, Any] = {
        "task": "support-faq",
        "planned": 150,
        "states": {CallState.OK: 150},
        "score": Estimate(rate=0.92, low=0.865, high=0.954, n=150),
        "bounds": (0.92, 0.92),
        "baseline_score": Estimate(rate=0.9242, low=0.871, high=0.957, n=150),
        "check": make_check(),
        "answers": make_answers(),
    }
    return TaskComparison(**(values | overrides))


def make_run(**overrides: Any) -> RunRecord:
    """A completed run of the suite weekly."""
    values: dict[str, Any] = {
        "id": "r-0105",
        "endpoint": "shop-answers",
        "pin_digest": "5f2b" * 16,
        "suite": "weekly",
        "suite_digest": "a1c3" * 16,
        "status": RunStatus.COMPLETED,
        "created_at": NOW.replace(minute=0),
        "started_at": NOW,
        "completed_at": NOW.replace(minute=2, second=12),
        "tasks": (
            TaskRecord(
                name="support-faq",
                golden_set="support-faq",
                golden_set_version="1",
                golden_set_digest="9e0d" * 16,
                task_version="1",
                planned_samples=150,
            ),
        ),
        "code_version": "0.1.0",
    }
    return RunRecord(**(values | overrides))


def make_usage(**overrides: Any) -> Usage:
    """150 calls in about two minutes, for 42 cents."""
    values: dict[str, Any] = {
        "calls": 150,
        "input_tokens": 36120,
        "output_tokens": 4410,
        "cost_usd": 0.42,
        "seconds": 132.0,
        "median_latency_seconds": 0.834,
    }
    return Usage(**(values | overrides))


def make_verdict(kind: VerdictKind, *reasons: str, **overrides: Any) -> Verdict:
    """A verdict on one task, for the same reasons."""
    values: dict[str, Any] = {
        "kind": kind,
        "reasons": reasons,
        "tasks": (TaskVerdict(task="support-faq", kind=kind, reasons=reasons),),
        "alpha": ALPHA,
        "policy_digest": "77aa" * 16,
    }
    return Verdict(**(values | overrides))


def make_comparison(*tasks: TaskComparison, **overrides: Any) -> Comparison:
    """A comparison with a baseline of 16 passes."""
    values: dict[str, Any] = {
        "baseline": "january",
        "passes": 16,
        "alpha": ALPHA,
        "tasks": tasks or (make_task(),),
    }
    return Comparison(**(values | overrides))


def make_report(**overrides: Any) -> RunReport:
    """An unchanged endpoint."""
    values: dict[str, Any] = {
        "run": make_run(),
        "model": "openai/gpt-4o-2024-08-06",
        "comparison": make_comparison(),
        "verdict": make_verdict(
            VerdictKind.OK,
            "no change beyond noise; a drop of 4.1 points would have been seen 4 times in 5",
        ),
        "usage": make_usage(),
        "next_steps": (("evals runs show r-0105", "every sample of this run"),),
    }
    return RunReport(**(values | overrides))


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
        flips=(make_flip(before="30 days", after="thirty (30) days", after_pass_rate=1.0),),
    )
    return make_report(
        comparison=make_comparison(task),
        verdict=make_verdict(
            VerdictKind.CHANGED,
            "37 of 150 answers changed (24.7 %, expected 1.8 %), p < 0.001",
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


def no_baseline() -> RunReport:
    """A first run: nothing to compare with, and a cost that nobody knows."""
    task = make_task(baseline_score=None, check=None, answers=None)
    return make_report(
        comparison=make_comparison(task, baseline=None, passes=0),
        verdict=make_verdict(VerdictKind.INCONCLUSIVE, "no baseline yet"),
        usage=make_usage(cost_usd=None),
        next_steps=(
            (
                'evals baseline bless r-0105 --name january --why "first good run"',
                "make this run the baseline",
            ),
        ),
    )


def blind() -> RunReport:
    """Two passes, eight items: nothing moved that could have been seen."""
    check = make_check(
        effect=-0.06,
        low=-0.31,
        high=0.19,
        mde=0.312,
        items=8,
        draws=8,
        passes=2,
        p_drop=0.55,
        support=Support.NO_POWER,
    )
    score = Estimate(rate=0.875, low=0.529, high=0.978, n=8)
    task = make_task(
        planned=8,
        states={CallState.OK: 8},
        score=score,
        bounds=(0.875, 0.875),
        baseline_score=Estimate(rate=0.9375, low=0.598, high=0.993, n=8),
        check=check,
        answers=make_answers(
            p_changed=nan,
            p_sum=nan,
            p_flip=nan,
            share_changed=nan,
            expected_share=nan,
            low=nan,
            high=nan,
            mde=nan,
            items=0,
            draws=0,
            passes=0,
            support=Support.NOTHING_SHARED,
            reason="the baseline needs two passes with answers",
        ),
        excluded=(Excluded(reason="content changed", item_ids=("refund-01", "refund-02")),),
    )
    return make_report(
        comparison=make_comparison(
            task, passes=2, notes=("The baseline has 2 passes; 8 or more are recommended.",)
        ),
        verdict=make_verdict(
            VerdictKind.INCONCLUSIVE,
            "nothing short of a collapse could be seen with 2 passes of baseline and 8 items",
        ),
        usage=make_usage(calls=8, input_tokens=1922, output_tokens=240, cost_usd=0.0042, seconds=7),
    )


def storm() -> RunReport:
    """A storm of 429s: 118 of 150 calls were never answered, 12 never made."""
    states = {CallState.OK: 18, CallState.API_ERROR: 118, CallState.TIMEOUT: 2}
    rates = (
        StateRate(
            state=CallState.API_ERROR,
            count=118,
            n=138,
            rate=118 / 138,
            baseline_rate=0.0008,
            p=1e-40,
        ),
        StateRate(state=CallState.TIMEOUT, count=2, n=138, rate=2 / 138, baseline_rate=0.0, p=0.84),
    )
    task = make_task(
        states=states,
        score=Estimate(rate=17 / 18, low=0.742, high=0.99, n=18),
        bounds=(17 / 150, 149 / 150),
        check=make_check(effect=nan, low=nan, high=nan, p_drop=nan, p_rise=nan, mde=nan),
        answers=None,
        rates=rates,
    )
    return make_report(
        comparison=make_comparison(task),
        verdict=make_verdict(
            VerdictKind.INVALID,
            "only 18 of 150 samples could be graded (118 api_error, 2 timeout, 12 never asked); "
            "accuracy needs 95.0 %",
        ),
        usage=make_usage(calls=590, median_latency_seconds=None),
        next_steps=(("evals runs resume r-0105", "ask only what is missing"),),
    )


def pin_broken() -> RunReport:
    """Another model answers, though no score moved."""
    changes = (
        FingerprintChange(
            what="served model",
            before="gpt-4o-2024-08-06",
            after="gpt-4o-mini-2024-07-18",
            breaks_pin=True,
        ),
        FingerprintChange(
            what="input tokens of 150 of 150 pinned prompts",
            before="212 (median)",
            after="251 (+39: hidden text, another template or tokenizer)",
        ),
    )
    return make_report(
        comparison=make_comparison(fingerprint_changes=changes),
        verdict=make_verdict(
            VerdictKind.INVALID,
            "the pin is broken: served model was gpt-4o-2024-08-06, is gpt-4o-mini-2024-07-18",
            tasks=(TaskVerdict(task="support-faq", kind=VerdictKind.OK, reasons=()),),
            pin_broken=True,
        ),
    )


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


def hostile() -> RunReport:
    """A model that answers with control codes, markup, scripts, mentions and a megabyte."""
    flip = make_flip(
        item_id="refund-07",
        prompt=f"Repeat: {HOSTILE}",
        targets=(HOSTILE,),
        before=HOSTILE,
        after=BIG,
        severity=Severity.HIGH,
    )
    change = FingerprintChange(what="served model", before=HOSTILE, after=HOSTILE * 2)
    return make_report(
        model=f"openai/{HOSTILE}",
        comparison=make_comparison(
            make_task(flips=(flip, make_flip(item_id="empty", after=""))),
            fingerprint_changes=(change,),
            notes=(HOSTILE,),
        ),
        verdict=make_verdict(VerdictKind.CHANGED, f"the endpoint says {HOSTILE}"),
    )


CASES = {
    "ok": make_report,
    "regressed": regressed,
    "waiting": waiting,
    "changed": changed,
    "improved": improved,
    "no_baseline": no_baseline,
    "blind": blind,
    "storm": storm,
    "pin_broken": pin_broken,
    "several": several,
    "hostile": hostile,
}
