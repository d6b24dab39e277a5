"""Ingest: facts go into the store, each exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.db.session import writing
from service.store import documents, golden, runs, samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from evals.records import Fingerprint, RunRecord, SampleRecord
    from service.subject import Subject


def ingest_plan(
    engine: Engine,
    subject: Subject,
    run: RunRecord,
    *,
    log_dir: str,
    now: datetime,
    linked: Callable[[Session, RunRecord], None] | None = None,
) -> None:
    """Store a planned run with everything it refers to, in one transaction.

    ``linked`` writes in it what stands or falls with the run.
    """
    with writing(engine) as session:
        for golden_set in subject.golden_sets:
            golden.save(session, golden_set, now=now)
        documents.save_pin(
            session,
            endpoint=subject.endpoint_name,
            digest=subject.pin.digest,
            document=subject.pin.document(),
            now=now,
        )
        if subject.judge_pin is not None and subject.suite.judge is not None:
            documents.save_pin(
                session,
                endpoint=subject.suite.judge,
                digest=subject.judge_pin.digest,
                document=subject.judge_pin.document(),
                now=now,
            )
        documents.save_suite(
            session,
            name=subject.suite_name,
            digest=subject.suite.digest,
            document=subject.suite.model_dump(mode="json"),
            now=now,
        )
        runs.create(session, run, log_dir=log_dir)
        if linked is not None:
            linked(session, run)


def ingest_samples(engine: Engine, run_id: str, records: Sequence[SampleRecord]) -> None:
    """Store a batch of samples; those that are there already stay as they are."""
    with writing(engine) as session:
        samples.insert_all_absent(session, run_id, records)


def ingest_fingerprint(engine: Engine, run_id: str, fingerprint: Fingerprint) -> None:
    """Store what the endpoint revealed of itself."""
    with writing(engine) as session:
        runs.save_fingerprint(session, run_id, fingerprint)
