"""Samples as they travel."""
# ruff: noqa: TC001, TC003 - pydantic reads the annotations of its models at run time

from __future__ import annotations

import re
from datetime import datetime

from evals.call_state import CallState
from evals.records import SampleKey, SampleRecord, ScoreRecord
from service.api.shapes.base import Shape, shown


class Sample(Shape):
    """One attempt at one item, with the score that counts.

    Attributes:
        text: The reply as it came, control characters and all: show it as text, never as markup.
        value: The score; null exactly where ``state`` is not ok.
    """

    model_config = shown(
        {
            "task": "support-faq",
            "item_id": "refund-window",
            "arm": "main",
            "epoch": 1,
            "item_digest": "c0de" * 16,
            "state": "ok",
            "value": 1.0,
            "passed": True,
            "parsed": "30 days",
            "reason": "equal",
            "scorer": "exact",
            "scorer_version": "1",
            "text": "FINAL: 30 days",
            "error": None,
            "completed_at": "2026-11-23T06:00:31Z",
            "latency_seconds": 0.84,
            "input_tokens": 212,
            "output_tokens": 7,
            "cost_usd": 0.0006,
            "calls": 1,
            "retries": 0,
            "stop_reason": "stop",
            "served_model": "gpt-4o-2024-08-06",
            "system_fingerprint": "fp_6b68a8204b",
        }
    )

    task: str
    item_id: str
    arm: str
    epoch: int
    item_digest: str
    state: CallState
    value: float | None
    passed: bool | None
    parsed: str | None
    reason: str
    scorer: str
    scorer_version: str
    text: str | None
    error: str | None
    completed_at: datetime
    latency_seconds: float | None
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    calls: int
    retries: int
    stop_reason: str | None
    served_model: str | None
    system_fingerprint: str | None

    @classmethod
    def of(cls, sample: SampleRecord) -> Sample:
        """Return a stored sample as it travels."""
        score = sample.score
        return cls(
            task=sample.key.task,
            item_id=sample.key.item_id,
            arm=sample.key.arm,
            epoch=sample.key.epoch,
            item_digest=sample.item_digest,
            state=score.state,
            value=score.value,
            passed=score.passed,
            parsed=utf8(score.parsed),
            reason=utf8(score.reason) or "",
            scorer=score.scorer,
            scorer_version=score.scorer_version,
            text=utf8(sample.text),
            error=utf8(sample.error),
            completed_at=sample.completed_at,
            latency_seconds=sample.latency_seconds,
            input_tokens=sample.input_tokens,
            output_tokens=sample.output_tokens,
            cost_usd=sample.cost_usd,
            calls=sample.calls,
            retries=sample.retries,
            stop_reason=utf8(sample.stop_reason),
            served_model=utf8(sample.served_model),
            system_fingerprint=utf8(sample.system_fingerprint),
        )

    def record(self) -> SampleRecord:
        """Return the sample as the store keeps it, as far as it has travelled."""
        return SampleRecord(
            key=SampleKey(task=self.task, item_id=self.item_id, arm=self.arm, epoch=self.epoch),
            item_digest=self.item_digest,
            text=self.text,
            score=ScoreRecord(
                scorer=self.scorer,
                scorer_version=self.scorer_version,
                state=self.state,
                value=self.value,
                passed=self.passed,
                parsed=self.parsed,
                reason=self.reason,
            ),
            completed_at=self.completed_at,
            error=self.error,
            latency_seconds=self.latency_seconds,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cost_usd=self.cost_usd,
            stop_reason=self.stop_reason,
            served_model=self.served_model,
            system_fingerprint=self.system_fingerprint,
            calls=self.calls,
            retries=self.retries,
        )


def utf8(text: str | None) -> str | None:
    r"""Return text that JSON on the wire can hold: a lone surrogate is replaced by a mark.

    >>> utf8("a\ud800b")
    'a\ufffdb'
    """
    return None if text is None else re.sub("[\ud800-\udfff]", "\ufffd", text)
