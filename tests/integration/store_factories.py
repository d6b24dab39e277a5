"""Facts to store, each with overrides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from evals.call_state import CallState
from evals.golden_set import ChatMessage, GoldenSet, Item, ScorerSpec
from evals.policy import Policy
from evals.records import (
    RunRecord,
    RunStatus,
    SampleKey,
    SampleRecord,
    ScoreRecord,
    TaskRecord,
)
from evals.verdict import TaskVerdict, Verdict, VerdictKind
from service.store import documents, golden, runs, samples

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
POLICY = Policy()


def make_item(item_id: str = "capital-fr", **overrides: Any) -> Item:
    defaults: dict[str, Any] = {
        "id": item_id,
        "messages": (ChatMessage(role="user", content=f"What about {item_id}?"),),
        "targets": ("Paris",),
        "scorer": ScorerSpec(name="exact", options={"case": "ignore"}),
        "tags": ("geography",),
    }
    return Item(**(defaults | overrides))


def make_golden_set(*items: Item, **overrides: Any) -> GoldenSet:
    defaults: dict[str, Any] = {
        "name": "general-knowledge",
        "version": "1.0",
        "items": items or (make_item("capital-fr"), make_item("capital-de")),
        "description": "Stable facts.",
    }
    return GoldenSet(**(defaults | overrides))


def make_task(golden_set: GoldenSet | None = None, **overrides: Any) -> TaskRecord:
    asked = golden_set or make_golden_set()
    defaults: dict[str, Any] = {
        "name": asked.name,
        "golden_set": asked.name,
        "golden_set_version": asked.version,
        "golden_set_digest": asked.digest,
        "task_version": "1",
        "planned_samples": len(asked.items),
    }
    return TaskRecord(**(defaults | overrides))


def make_run(run_id: str = "run-1", **overrides: Any) -> RunRecord:
    defaults: dict[str, Any] = {
        "id": run_id,
        "endpoint": "prod",
        "pin_digest": "a" * 64,
        "suite": "weekly",
        "suite_digest": "b" * 64,
        "status": RunStatus.PLANNED,
        "created_at": NOW,
        "tasks": (make_task(),),
        "options": {"limit": 2},
        "code_version": "0.1.0",
    }
    return RunRecord(**(defaults | overrides))


def make_score(**overrides: Any) -> ScoreRecord:
    defaults: dict[str, Any] = {
        "scorer": "exact",
        "scorer_version": "1",
        "state": CallState.OK,
        "value": 1.0,
        "passed": True,
        "parsed": "paris",
        "reason": "equal",
    }
    return ScoreRecord(**(defaults | overrides))


def make_sample(item_id: str = "capital-fr", *, epoch: int = 1, **overrides: Any) -> SampleRecord:
    defaults: dict[str, Any] = {
        "key": SampleKey(task="general-knowledge", item_id=item_id, epoch=epoch),
        "item_digest": make_item(item_id).content_digest,
        "text": "Paris.",
        "score": make_score(),
        "completed_at": NOW + timedelta(seconds=1.25),
        "latency_seconds": 0.75,
        "input_tokens": 12,
        "output_tokens": 3,
        "cost_usd": 0.002,
        "stop_reason": "stop",
        "served_model": "gpt-4o-2024-08-06",
        "system_fingerprint": "fp_1",
        "retries": 0,
        "sent_parameters": {"temperature": 0.0, "stop": ["\n"]},
        "log_location": "logs/run-1.eval",
        "log_sample_uuid": f"uuid-{item_id}-{epoch}",
    }
    return SampleRecord(**(defaults | overrides))


def make_failed_sample(item_id: str = "capital-de", **overrides: Any) -> SampleRecord:
    score = make_score(state=CallState.API_ERROR, value=None, passed=None, parsed=None)
    defaults: dict[str, Any] = {
        "text": None,
        "error": "429 too many requests",
        "score": score,
        "latency_seconds": None,
        "input_tokens": None,
        "output_tokens": None,
        "cost_usd": 0.0,
        "stop_reason": None,
        "served_model": None,
        "system_fingerprint": None,
        "retries": 3,
    }
    return make_sample(item_id, **(defaults | overrides))


def make_verdict(kind: VerdictKind = VerdictKind.OK, **overrides: Any) -> Verdict:
    defaults: dict[str, Any] = {
        "kind": kind,
        "reasons": ("Nothing moved.",),
        "tasks": (TaskVerdict(task="general-knowledge", kind=kind, reasons=("p = 0.4",)),),
        "alpha": 0.0038,
        "policy_digest": POLICY.digest,
    }
    return Verdict(**(defaults | overrides))


def store_run(session: Session, run: RunRecord | None = None) -> RunRecord:
    """Store a run after all that it stands on."""
    run = run or make_run()
    golden.save(session, make_golden_set(), now=NOW)
    documents.save_pin(
        session, endpoint=run.endpoint, digest=run.pin_digest, document={"model": "m"}, now=NOW
    )
    documents.save_suite(
        session, name=run.suite, digest=run.suite_digest, document={"tasks": []}, now=NOW
    )
    documents.save_policy(
        session, digest=POLICY.digest, document=POLICY.model_dump(mode="json"), now=NOW
    )
    runs.create(session, run, log_dir=f"logs/{run.id}")
    return run


def store_completed(session: Session, *run_ids: str, **overrides: Any) -> list[RunRecord]:
    template = make_run(status=RunStatus.COMPLETED, **overrides)
    stored = [store_run(session, replace(template, id=run_id)) for run_id in run_ids]
    for run in stored:
        samples.insert_all_absent(
            session, run.id, [make_sample("capital-fr"), make_sample("capital-de")]
        )
    return stored


def insert_if_absent(session: Session, run_id: str, record: SampleRecord) -> bool:
    """Store one sample; return whether it was new."""
    return bool(samples.insert_all_absent(session, run_id, [record]))
