"""The report as a JSON document: every number, interval, n and smallest detectable change.

The shape is versioned: a field keeps its name and meaning within a version (`evals.report.fields`
says what each means), and fields may be added. What cannot be told is null, never NaN and never 0.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from evals.report.worst import worst_flips

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from evals.compare import (
        Comparison,
        Estimate,
        FingerprintChange,
        Sampling,
        StateRate,
        TaskComparison,
    )
    from evals.compare.comparison import ChannelChange
    from evals.compare.since import SeriesMemory, Since
    from evals.probes.findings import Findings
    from evals.records import RunRecord, TaskRecord
    from evals.report.view import RunReport, Usage
    from evals.report.worst import WorstFlip
    from evals.stats.answer_check import AnswerCheck
    from evals.stats.check import Check
    from evals.verdict import Verdict

FORMAT: Final = "pinwatch.report"
VERSION: Final = 1


def json_report(report: RunReport) -> str:
    """Return the document as ASCII JSON, indented, ending in a line feed."""
    return json.dumps(document(report), indent=2, allow_nan=False) + "\n"


def document(report: RunReport) -> dict[str, Any]:
    """Return the report as JSON values: dict, list, str, int, finite float, bool and None."""
    compared = report.comparison
    return {
        "format": FORMAT,
        "version": VERSION,
        "verdict": _verdict(report.verdict),
        "run": _run(report.run, report.model),
        "baseline": _baseline(compared),
        "tasks": [_task(task) for task in compared.tasks],
        "probes": [_probe(findings) for findings in report.probes],
        "flips": [_flip(worst) for worst in worst_flips(report)],
        "fingerprint_changes": [_change(change) for change in compared.fingerprint_changes],
        "notes": list(compared.notes),
        "usage": _usage(report.usage),
        "next_steps": [
            {"command": command, "words": words} for command, words in report.next_steps
        ],
    }


def _probe(findings: Findings) -> dict[str, Any]:
    """Return the figures of a probe; its charts are drawn from them."""
    return {
        "task": findings.task,
        "version": findings.version,
        "figures": [
            {
                "name": found.now.name,
                "headline": found.now.headline,
                "unit": found.now.unit.value,
                "value": found.now.value,
                "label": found.now.label or None,
                "low": found.now.low,
                "high": found.now.high,
                "n": found.now.n,
                "insufficient": found.now.insufficient,
                "before": found.before,
            }
            for found in findings.figures
        ],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "kind": verdict.kind.value,
        "exit_code": verdict.exit_code,
        "pin_broken": verdict.pin_broken,
        "reasons": list(verdict.reasons),
        "alpha": verdict.alpha,
        "policy_digest": verdict.policy_digest,
        "tasks": [
            {"task": judged.task, "kind": judged.kind.value, "reasons": list(judged.reasons)}
            for judged in verdict.tasks
        ],
    }


def _run(run: RunRecord, model: str) -> dict[str, Any]:
    return {
        "id": run.id,
        "endpoint": run.endpoint,
        "model": model,
        "pin_digest": run.pin_digest,
        "suite": run.suite,
        "suite_digest": run.suite_digest,
        "status": run.status.value,
        "status_reason": run.status_reason,
        "created_at": _time(run.created_at),
        "started_at": _time(run.started_at),
        "completed_at": _time(run.completed_at),
        "code_version": run.code_version,
        "options": _plain(run.options),
        "tasks": [_asked(task) for task in run.tasks],
    }


def _asked(task: TaskRecord) -> dict[str, Any]:
    return {
        "task": task.name,
        "task_version": task.task_version,
        "golden_set": task.golden_set,
        "golden_set_version": task.golden_set_version,
        "golden_set_digest": task.golden_set_digest,
        "planned": task.planned_samples,
    }


def _baseline(compared: Comparison) -> dict[str, Any] | None:
    if compared.baseline is None:
        return None
    return {"name": compared.baseline, "passes": compared.passes}


def _task(task: TaskComparison) -> dict[str, Any]:
    return {
        "task": task.task,
        "planned": task.planned,
        "states": {state.value: number for state, number in task.states.items()},
        "score": _estimate(task.score),
        "bounds": {"low": _number(task.bounds[0]), "high": _number(task.bounds[1])},
        "baseline_score": _estimate(task.baseline_score) if task.baseline_score else None,
        "check": _check(task.check) if task.check else None,
        "answers": _answers(task.answers) if task.answers else None,
        "voice": [_channel(one) for one in task.voice],
        "rates": [_rate(rate) for rate in task.rates],
        "memory": [series_document(one) for one in task.memory],
        "part": task.part,
        "lacking": _number(task.lacking),
        "excluded": [
            {"reason": left.reason, "item_ids": list(left.item_ids)} for left in task.excluded
        ],
        "sampling": _sampling(task.sampling) if task.sampling else None,
    }


def _sampling(sampling: Sampling) -> dict[str, Any]:
    retest = sampling.retest
    return {
        "once": sampling.once,
        "more": sampling.more,
        "extra_rounds": sampling.extra_rounds,
        "again": sampling.again,
        "calls": sampling.calls,
        "confirmation": sampling.confirmation.value,
        "due_at": _time(sampling.due_at),
        "repeated_at": _time(sampling.repeated_at),
        "out_of_calls": sampling.out_of_calls,
        "retest": None
        if retest is None
        else {**_numbers(log_e=retest.log_e, needed=retest.needed), "alarm": retest.alarm},
    }


def _estimate(score: Estimate) -> dict[str, Any]:
    figures = _numbers(rate=score.rate, low=score.low, high=score.high)
    return {**figures, "n": score.n, "insufficient": score.insufficient}


def _check(check: Check) -> dict[str, Any]:
    return {
        **_numbers(
            effect=check.effect,
            low=check.low,
            high=check.high,
            run_rate=check.run_rate,
            baseline_rate=check.baseline_rate,
            p_drop=check.p_drop,
            p_rise=check.p_rise,
            p_sum_drop=check.p_sum_drop,
            p_flip_drop=check.p_flip_drop,
            p_sum_rise=check.p_sum_rise,
            p_flip_rise=check.p_flip_rise,
            log_e=check.log_e,
            log_e_rise=check.log_e_rise,
            mde=check.mde,
            vbar=check.vbar,
            rho=check.rho,
            lam=check.lam,
        ),
        "items": check.items,
        "draws": check.draws,
        "passes": check.passes,
        "fell": len(check.fell),
        "rose": len(check.rose),
        "support": check.support.value,
    }


def _channel(one: ChannelChange) -> dict[str, Any]:
    return {
        "channel": one.channel,
        "before": one.before,
        "after": one.after,
        **_numbers(
            share_changed=one.check.share_changed, expected_share=one.check.expected_share, p=one.p
        ),
    }


def _answers(answers: AnswerCheck) -> dict[str, Any]:
    return {
        **_numbers(
            share_changed=answers.share_changed,
            expected_share=answers.expected_share,
            low=answers.low,
            high=answers.high,
            p_changed=answers.p_changed,
            p_sum=answers.p_sum,
            p_flip=answers.p_flip,
            mde=answers.mde,
        ),
        "items": answers.items,
        "draws": answers.draws,
        "passes": answers.passes,
        "changed": len(answers.changed),
        "support": answers.support.value,
        "reason": answers.reason,
    }


def series_document(one: SeriesMemory) -> dict[str, Any]:
    """Return the state of one series after a run as JSON values."""
    return {
        "series": one.series.value,
        "state": one.state.value if one.state else None,
        "runs": one.runs,
        "fell": _since(one.fell),
        "rose": _since(one.rose),
    }


def _since(since: Since) -> dict[str, Any]:
    return {
        "p_week": _number(since.p_week),
        "runs": since.window,
        "onset_run": since.onset.run_id if since.onset else None,
        "onset_at": _time(since.onset.at) if since.onset else None,
    }


def _rate(rate: StateRate) -> dict[str, Any]:
    figures = _numbers(rate=rate.rate, baseline_rate=rate.baseline_rate, p=rate.p)
    return {"state": rate.state.value, "count": rate.count, "n": rate.n, **figures}


def _flip(worst: WorstFlip) -> dict[str, Any]:
    flip = worst.flip
    return {
        "task": worst.task,
        "item_id": flip.item_id,
        "severity": flip.severity.value,
        "prompt": flip.prompt,
        "targets": list(flip.targets),
        "before": flip.before,
        "after": flip.after,
        **_numbers(
            before_pass_rate=flip.before_pass_rate,
            after_pass_rate=flip.after_pass_rate,
            surprise=flip.surprise,
        ),
    }


def _change(change: FingerprintChange) -> dict[str, Any]:
    return {
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "breaks_pin": change.breaks_pin,
    }


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "calls": usage.calls,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        **_numbers(
            cost_usd=usage.cost_usd,
            seconds=usage.seconds,
            median_latency_seconds=usage.median_latency_seconds,
        ),
    }


def _numbers(**values: float | None) -> dict[str, float | None]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and isfinite(value) else None


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _plain(value: Any) -> Any:
    """Return ``value`` with its mappings as dicts and what JSON cannot say as null."""
    if isinstance(value, float):
        return _number(value)
    if hasattr(value, "items"):
        pairs: Iterable[tuple[Any, Any]] = value.items()
        return {str(key): _plain(part) for key, part in pairs}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value
