"""Judge: read a run and its baseline, compare, decide, and keep the verdict."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from evals.compare.run import MeasuredBaseline, MeasuredRun, compare_run
from evals.judgement import judge
from evals.records import Fingerprint, RunStatus
from evals.report.document import document
from evals.report.view import RunReport, Usage
from evals.versions import code_version
from service.db.session import reading, writing
from service.errors import BaselineNotFound
from service.store import baselines, documents, golden, readings, runs, verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from evals.golden_set import Item
    from evals.policy import Policy
    from evals.records import RunRecord
    from service.store.baselines import Baseline


def judge_run(
    engine: Engine, run_id: str, *, policy: Policy, alias_allowed: bool, now: datetime
) -> RunReport:
    """Judge a run anew and store the verdict as a new row.

    ``alias_allowed`` is the endpoint's: an alias may be served by another model without that being
    a broken pin.
    """
    with reading(engine) as session:
        report = _report(session, run_id, policy=policy, alias_allowed=alias_allowed)
    with writing(engine) as session:
        documents.save_policy(
            session, digest=policy.digest, document=policy.model_dump(mode="json"), now=now
        )
        verdicts.add(
            session,
            run_id=report.run.id,
            verdict=report.verdict,
            baseline=report.comparison.baseline,
            comparison=document(report),
            code_version=code_version(),
            now=now,
        )
    return report


def report_of(engine: Engine, run_id: str, *, policy: Policy, alias_allowed: bool) -> RunReport:
    """Return the report of a stored run under ``policy``, and store nothing."""
    with reading(engine) as session:
        return _report(session, run_id, policy=policy, alias_allowed=alias_allowed)


def _report(session: Session, run_id: str, *, policy: Policy, alias_allowed: bool) -> RunReport:
    run = runs.get(session, run_id)
    baseline, notes = _baseline_for(session, run)
    measured = _measured(session, [run, *_baseline_runs(session, baseline)])
    comparison = compare_run(
        measured[0],
        MeasuredBaseline(name=baseline.name, runs=measured[1:]) if baseline else None,
        items=_items(session, [one.record for one in measured]),
        policy=policy,
        alias_allowed=alias_allowed,
        notes=notes,
    )
    stopped = None if run.status is RunStatus.COMPLETED else run.status_reason or run.status.value
    pin = documents.load_pin(session, endpoint=run.endpoint, digest=run.pin_digest) or {}
    return RunReport(
        run=run,
        model=str(pin.get("model", "unknown")),
        comparison=comparison,
        verdict=judge(comparison, policy, stopped=stopped),
        usage=_usage(session, measured[0]),
        next_steps=_next_steps(session, run),
    )


def _baseline_for(session: Session, run: RunRecord) -> tuple[Baseline | None, list[str]]:
    found = baselines.find(
        session, endpoint=run.endpoint, suite=run.suite, pin_digest=run.pin_digest
    )
    if found is not None and run.id in found.run_ids:
        return None, [f"this run is part of baseline {found.name}"]
    if found is not None:
        return found, []
    other = baselines.find(session, endpoint=run.endpoint, suite=run.suite)
    if other is None:
        return None, []
    before = documents.load_pin(session, endpoint=run.endpoint, digest=other.pin_digest) or {}
    now = documents.load_pin(session, endpoint=run.endpoint, digest=run.pin_digest) or {}
    moved = ", ".join(name for name in now if now.get(name) != before.get(name)) or "nothing seen"
    return None, [f"baseline {other.name} belongs to another pin; what we changed: {moved}"]


def _baseline_runs(session: Session, baseline: Baseline | None) -> list[RunRecord]:
    return [runs.get(session, run_id) for run_id in baseline.run_ids] if baseline else []


def _measured(session: Session, records: Sequence[RunRecord]) -> list[MeasuredRun]:
    samples = readings.load(session, [record.id for record in records])
    return [
        MeasuredRun(
            record=record,
            samples=samples[record.id],
            fingerprint=runs.fingerprint(session, record.id) or Fingerprint(),
        )
        for record in records
    ]


def _items(session: Session, records: Sequence[RunRecord]) -> dict[str, Item]:
    digests = {task.golden_set_digest for record in records for task in record.tasks}
    versions = [golden.load_digest(session, digest) for digest in sorted(digests)]
    return {item.content_digest: item for v in versions if v is not None for item in v.items}


def _usage(session: Session, run: MeasuredRun) -> Usage:
    costs = readings.costs(session, run.record.id)
    latencies = sorted(s.latency_seconds for s in run.samples if s.latency_seconds is not None)
    started, ended = run.record.started_at, run.record.completed_at
    return Usage(
        calls=costs.calls,
        input_tokens=costs.input_tokens,
        output_tokens=costs.output_tokens,
        cost_usd=costs.cost_usd,
        seconds=(ended - started).total_seconds() if started and ended else 0.0,
        median_latency_seconds=latencies[len(latencies) // 2] if latencies else None,
    )


def _name_for_baseline(session: Session, run: RunRecord) -> str | None:
    """Propose a name under which ``run`` can be blessed; None where its pin has a baseline."""
    if baselines.find(session, endpoint=run.endpoint, suite=run.suite, pin_digest=run.pin_digest):
        return None
    name = f"{run.endpoint}-{run.suite}".replace("/", "-")
    try:
        baselines.get(session, name)
    except BaselineNotFound:
        return name
    return f"{name}-{run.id}"


def _spent_budget_usd(session: Session, run: RunRecord) -> float | None:
    """Return the budget that ``run`` was planned with, if it has spent it."""
    suite = documents.load_suite(session, name=run.suite, digest=run.suite_digest) or {}
    budget = run.options.get("budget_usd") or suite.get("budget_usd")
    spent = readings.costs(session, run.id).known_cost_usd
    return float(budget) if budget is not None and spent >= budget else None


def _next_steps(session: Session, run: RunRecord) -> tuple[tuple[str, str], ...]:
    if run.status is not RunStatus.COMPLETED:
        resume, budget = f"evals runs resume {run.id}", _spent_budget_usd(session, run)
        if budget is None:
            return ((resume, "ask what is missing"),)
        return ((f"{resume} --budget-usd {2 * budget:g}", "ask what is missing, for more"),)
    name = _name_for_baseline(session, run)
    if name is not None:
        return (
            (
                f'evals baseline bless {run.id} --name {quote(name)} --why "first look"',
                "make this run the baseline; more runs make it sharper",
            ),
        )
    return (
        (f"evals runs show {run.id} --items", "every item that changed, before and after"),
        (f"evals runs export {run.id} -o transcripts", "the transcripts, for inspect view"),
    )
