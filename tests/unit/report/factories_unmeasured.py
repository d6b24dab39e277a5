"""Reports of what could not be measured, or not well enough."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from evals.call_state import CallState
from evals.compare import Estimate, Excluded, FingerprintChange, StateRate
from evals.stats.reference import Support
from evals.verdict import TaskVerdict, VerdictKind
from tests.unit.report.factories_comparison import (
    make_answers,
    make_check,
    make_comparison,
    make_task,
)
from tests.unit.report.factories_report import make_report, make_usage, make_verdict

if TYPE_CHECKING:
    from evals.report.view import RunReport


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
