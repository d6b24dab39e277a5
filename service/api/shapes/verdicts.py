"""Verdicts as they travel."""
# ruff: noqa: TC001, TC003 - pydantic reads the annotations of its models at run time

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from evals.verdict import VerdictKind
from service.api.shapes.base import Shape, shown

if TYPE_CHECKING:
    from service.store.verdicts import StoredVerdict


class TaskVerdict(Shape):
    """The verdict on one task, with its reasons as sentences."""

    task: str
    kind: VerdictKind
    reasons: tuple[str, ...]


class Verdict(Shape):
    """One judgement of a run; earlier ones stay.

    Attributes:
        baseline: The blessing that it was compared with; null without one.
        exit_code: What `evals run` exits with.
        alpha: The level at which each series was tested.
    """

    model_config = shown(
        {
            "run_id": "20261123-0600-4f1c",
            "kind": "ok",
            "exit_code": 0,
            "pin_broken": False,
            "reasons": ["support-faq: nothing moved; a fall of 3.1 points would show"],
            "tasks": [{"task": "support-faq", "kind": "ok", "reasons": ["nothing moved"]}],
            "alpha": 0.0038,
            "baseline": "support-2026-11",
            "policy_digest": "5e21" * 16,
            "code_version": "0.1.0",
            "created_at": "2026-11-23T06:03:41Z",
        }
    )

    run_id: str
    kind: VerdictKind
    exit_code: int
    pin_broken: bool
    reasons: tuple[str, ...]
    tasks: tuple[TaskVerdict, ...]
    alpha: float
    baseline: str | None
    policy_digest: str
    code_version: str
    created_at: datetime

    @classmethod
    def of(cls, stored: StoredVerdict) -> Verdict:
        """Return a stored verdict as it travels."""
        verdict = stored.verdict
        return cls(
            run_id=stored.run_id,
            kind=verdict.kind,
            exit_code=verdict.exit_code,
            pin_broken=verdict.pin_broken,
            reasons=verdict.reasons,
            tasks=tuple(
                TaskVerdict(task=one.task, kind=one.kind, reasons=one.reasons)
                for one in verdict.tasks
            ),
            alpha=verdict.alpha,
            baseline=stored.baseline,
            policy_digest=verdict.policy_digest,
            code_version=stored.code_version,
            created_at=stored.created_at,
        )
