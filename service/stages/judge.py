"""Judge: read a run and its baseline, compare, decide, and keep the verdict."""

from __future__ import annotations

from shlex import quote
from statistics import median
from typing import TYPE_CHECKING

from evals.records import RunStatus
from evals.report.document import document
from evals.report.view import RunReport, Usage
from evals.verdict import VerdictKind
from evals.versions import code_version
from service.comparing import compare_and_judge
from service.db.session import reading, writing
from service.errors import BaselineNotFound
from service.store import baselines, documents, readings, runs, verdicts
from service.store.archive import Archive

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from evals.compare.run import MeasuredRun
    from evals.policy import Policy
    from evals.records import RunRecord


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
    judged = compare_and_judge(
        Archive(session=session), run, policy=policy, alias_allowed=alias_allowed
    )
    pin = documents.load_pin(session, endpoint=run.endpoint, digest=run.pin_digest) or {}
    return RunReport(
        run=run,
        model=str(pin.get("model", "unknown")),
        comparison=judged.comparison,
        verdict=judged.verdict,
        usage=_usage(session, judged.run),
        next_steps=_next_steps(
            session,
            run,
            waiting=judged.waiting,
            measured=judged.verdict.kind is not VerdictKind.INVALID,
        ),
    )


def _usage(session: Session, run: MeasuredRun) -> Usage:
    costs = readings.costs(session, run.record.id)
    latencies = [s.latency_seconds for s in run.samples if s.latency_seconds is not None]
    started, ended = run.record.started_at, run.record.completed_at
    return Usage(
        calls=costs.calls,
        input_tokens=costs.input_tokens,
        output_tokens=costs.output_tokens,
        cost_usd=costs.cost_usd,
        seconds=(ended - started).total_seconds() if started and ended else 0.0,
        median_latency_seconds=median(latencies) if latencies else None,
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


def _next_steps(
    session: Session, run: RunRecord, *, waiting: bool, measured: bool
) -> tuple[tuple[str, str], ...]:
    if waiting:
        return (
            (f"evals runs resume {run.id}", "ask again once the confirmation is due"),
            (f"evals runs resume {run.id} --now", "ask again at once"),
        )
    if run.status is not RunStatus.COMPLETED:
        resume, budget = f"evals runs resume {run.id}", _spent_budget_usd(session, run)
        if budget is None:
            return ((resume, "ask what is missing"),)
        return ((f"{resume} --budget-usd {2 * budget:g}", "ask what is missing, for more"),)
    name = _name_for_baseline(session, run) if measured else None
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
