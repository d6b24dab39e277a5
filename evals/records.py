"""The treaty between the engine, the store and the comparison: what a run leaves behind.

Facts only: nothing here judges. Times are aware, durations are seconds, money is US dollars.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from evals.golden_set import MAIN_ARM

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from evals.call_state import CallState


class RunStatus(StrEnum):
    """Where a run stands; `FAILED` and `CANCELLED` carry a reason."""

    PLANNED = "planned"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class SampleKey:
    """What makes a sample unique within its run."""

    task: str
    item_id: str
    arm: str = MAIN_ARM
    epoch: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreRecord:
    """One scorer's judgement of one sample, under one scorer version.

    Re-scoring after a parser change adds a record; it never changes one.
    ``state`` is the final call state: `CallState.OK` exactly when ``value`` is a number.
    """

    scorer: str
    scorer_version: str
    state: CallState
    value: float | None
    passed: bool | None
    parsed: str | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleRecord:
    """One attempt at one item.

    Attributes:
        key: Task, item, arm and epoch.
        item_digest: The content digest of the item, the basis of every comparison.
        text: The raw reply, exactly as it came; None when no reply came.
        score: The judgement made when the reply arrived.
        error: What the provider or the network said, without secrets.
        latency_seconds: From request to whole reply, of the attempt that counted.
        input_tokens: Of the endpoint's prompts, over the calls of this sample; what a judge read is
            not in it, nor in ``output_tokens``.
        cost_usd: What the endpoint and the judge charge together. None when a price, or the tokens
            of a reply, are unknown; never 0 for unknown. A call without a reply costs nothing where
            the price is known.
        calls: Calls that this sample took, retries aside. More than one where turns led up to the
            reply; none where another sample of its conversation had asked the same turns.
        retries: Attempts before the ones that counted.
        sent_parameters: What really went over the wire beside the messages.
        top_logprobs: Natural log of the chance of each likely first token, where the item asked for
            it and the endpoint gives it.
        log_location: Inspect's log file that holds the transcript.
        log_sample_uuid: The sample within that log.
    """

    key: SampleKey
    item_digest: str
    text: str | None
    score: ScoreRecord
    completed_at: datetime
    error: str | None = None
    latency_seconds: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    stop_reason: str | None = None
    served_model: str | None = None
    system_fingerprint: str | None = None
    calls: int = 1
    retries: int = 0
    sent_parameters: Mapping[str, Any] = field(default_factory=dict)
    top_logprobs: Mapping[str, float] | None = None
    log_location: str | None = None
    log_sample_uuid: str | None = None

    @property
    def state(self) -> CallState:
        """How this attempt ended."""
        return self.score.state


Exchange: TypeAlias = "tuple[SampleRecord, ...]"
"""The samples of one conversation; they are kept together, or not at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRecord:
    """One task of a run: which golden set version was asked, and how often.

    ``planned_samples`` counts what this run set out to ask, whatever became of it.
    """

    name: str
    golden_set: str
    golden_set_version: str
    golden_set_digest: str
    task_version: str
    planned_samples: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """What an endpoint reported or revealed of itself during one run.

    Attributes:
        served_models: Distinct model names in the replies, sorted.
        system_fingerprints: Distinct system fingerprints, sorted; empty if the endpoint has none.
        stop_reasons: Samples by stop reason.
        requested_parameters: What the pin asks for.
        sent_parameters: What the provider's client really sent.
        input_tokens: Reported input tokens by task and item digest, of prompts that are pinned to
            the byte: each is a constant of tokenizer, chat template and hidden system text.
        capabilities: What it showed that it can or cannot do (`evals.capabilities`); absent is
            unknown.
    """

    served_models: tuple[str, ...] = ()
    system_fingerprints: tuple[str, ...] = ()
    stop_reasons: Mapping[str, int] = field(default_factory=dict)
    requested_parameters: Mapping[str, Any] = field(default_factory=dict)
    sent_parameters: Mapping[str, Any] = field(default_factory=dict)
    input_tokens: Mapping[tuple[str, str], int] = field(default_factory=dict)
    capabilities: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """One execution of a suite against a pin.

    ``options`` are the switches that changed what was asked (limit, epochs, budget), and for an
    adaptive check the terms that it was planned under (`evals.compare.terms`).
    ``judge_pin_digest`` is the pin of the model that judged; None where none did.
    """

    id: str
    endpoint: str
    pin_digest: str
    suite: str
    suite_digest: str
    status: RunStatus
    created_at: datetime
    status_reason: str = ""
    started_at: datetime | None = None
    completed_at: datetime | None = None
    tasks: tuple[TaskRecord, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    code_version: str = ""
    judge_pin_digest: str | None = None

    @property
    def is_adaptive(self) -> bool:
        """Whether it asks more where something is odd; its epochs are then rounds of stages."""
        return bool(self.options.get("adaptive"))

    @property
    def planned_samples(self) -> int:
        """How many samples the run set out to take; an adaptive one may take more."""
        return sum(task.planned_samples for task in self.tasks)
