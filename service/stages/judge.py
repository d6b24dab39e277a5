"""Judge: read a run and its baseline, compare, decide, and keep the verdict."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from evals.report.document import document
from evals.report.view import RunReport, Usage
from evals.versions import code_version
from service.comparing import compare_and_judge
from service.db.session import reading, writing
from service.next_steps import next_steps
from service.store import documents, readings, runs, verdicts
from service.store.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from evals.compare.measured import MeasuredRun
    from evals.policy import Policy


def judge_run(
    engine: Engine,
    run_id: str,
    *,
    policy: Policy,
    alias_allowed: bool,
    now: datetime,
    advertised_tokens: int | None = None,
    then: Callable[[Session, RunReport], None] | None = None,
) -> RunReport:
    """Judge a run anew and store the verdict as a new row.

    ``alias_allowed`` is the endpoint's: an alias may be served by another model without that being
    a broken pin. ``advertised_tokens`` is the context that its provider promises, for the probes.
    ``then`` writes what follows from the verdict, in the same transaction.
    """
    with reading(engine) as session:
        report = _report(
            session,
            run_id,
            policy=policy,
            alias_allowed=alias_allowed,
            advertised_tokens=advertised_tokens,
        )
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
        if then is not None:
            then(session, report)
    return report


def report_of(
    engine: Engine,
    run_id: str,
    *,
    policy: Policy,
    alias_allowed: bool,
    advertised_tokens: int | None = None,
) -> RunReport:
    """Return the report of a stored run under ``policy``, and store nothing."""
    with reading(engine) as session:
        return _report(
            session,
            run_id,
            policy=policy,
            alias_allowed=alias_allowed,
            advertised_tokens=advertised_tokens,
        )


def _report(
    session: Session,
    run_id: str,
    *,
    policy: Policy,
    alias_allowed: bool,
    advertised_tokens: int | None,
) -> RunReport:
    run = runs.get(session, run_id)
    judged = compare_and_judge(
        Archive(session=session),
        run,
        policy=policy,
        alias_allowed=alias_allowed,
        advertised_tokens=advertised_tokens,
    )
    pin = documents.load_pin(session, endpoint=run.endpoint, digest=run.pin_digest) or {}
    return RunReport(
        run=run,
        model=str(pin.get("model", "unknown")),
        comparison=judged.comparison,
        verdict=judged.verdict,
        usage=_usage(session, judged.run),
        probes=judged.probes,
        next_steps=next_steps(session, run, judged),
    )


def _usage(session: Session, run: MeasuredRun) -> Usage:
    costs = readings.costs(session, run.record.id)
    latencies = [s.latency_seconds for s in run.samples if s.latency_seconds is not None]
    started, ended = run.record.started_at, run.record.completed_at
    return Usage(
        calls=costs.calls,
        input_tokens=costs.input_tokens,
        output_tokens=costs.output_tokens,
        cost_usd=costs.cost_usd if costs.calls else None,
        seconds=(ended - started).total_seconds() if started and ended else 0.0,
        median_latency_seconds=median(latencies) if latencies else None,
    )
