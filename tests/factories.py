"""Builders of records with sensible defaults; tests name only what they are about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from evals.call_state import CallState
from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.records import (
    Fingerprint,
    RunRecord,
    RunStatus,
    SampleKey,
    SampleRecord,
    ScoreRecord,
    TaskRecord,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TASK = "facts"


def an_item(number: int, **overrides: Any) -> Item:
    return Item(
        **{
            "id": f"item-{number:03}",
            "messages": (ChatMessage(role="user", content=f"What is {number} + 1?"),),
            "targets": (str(number + 1),),
            "scorer": ScorerSpec(name="exact"),
            **overrides,
        }
    )


def a_score(*, passed: bool | None = True, **overrides: Any) -> ScoreRecord:
    return ScoreRecord(
        **{
            "scorer": "exact",
            "scorer_version": "1",
            "state": CallState.OK,
            "value": None if passed is None else float(passed),
            "passed": passed,
            "parsed": "right" if passed else "wrong",
            **overrides,
        }
    )


def a_failure(state: CallState) -> ScoreRecord:
    return a_score(passed=None, state=state, parsed=None)


def a_sample(item: Item, *, epoch: int = 1, **overrides: Any) -> SampleRecord:
    return SampleRecord(
        **{
            "key": SampleKey(task=TASK, item_id=item.id, epoch=epoch),
            "item_digest": item.content_digest,
            "text": "FINAL: right",
            "score": a_score(),
            "completed_at": NOON,
            "input_tokens": 20,
            "output_tokens": 5,
            "served_model": "acme-1",
            **overrides,
        }
    )


def samples(
    items: Sequence[Item], wrong: Sequence[int] = (), **overrides: Any
) -> list[SampleRecord]:
    """One sample an item; those whose index is in ``wrong`` fail."""
    return [
        a_sample(item, **{"score": a_score(passed=index not in wrong), **overrides})
        for index, item in enumerate(items)
    ]


def a_run(**overrides: Any) -> RunRecord:
    return RunRecord(
        **{
            "id": "20261123-1200-abcd",
            "endpoint": "acme",
            "pin_digest": "p" * 64,
            "suite": "facts",
            "suite_digest": "s" * 64,
            "status": RunStatus.COMPLETED,
            "created_at": NOON,
            "tasks": (a_task(40),),
            **overrides,
        }
    )


def a_task(planned_samples: int, **overrides: Any) -> TaskRecord:
    return TaskRecord(
        **{
            "name": TASK,
            "golden_set": TASK,
            "golden_set_version": "1.0.0",
            "golden_set_digest": "g" * 64,
            "task_version": "1",
            "planned_samples": planned_samples,
            **overrides,
        }
    )


def a_fingerprint(**overrides: Any) -> Fingerprint:
    return Fingerprint(**{"served_models": ("acme-1",), **overrides})
