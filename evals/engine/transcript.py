"""From Inspect's sample to our record: the only place that knows the shape of Inspect's log."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from evals.call_state import CallState
from evals.engine.costs import all_input_tokens, call_cost_usd
from evals.engine.judging import JUDGE_COST_USD
from evals.engine.provider import SENT_PARAMETERS, SYSTEM_FINGERPRINT
from evals.records import SampleKey, SampleRecord, ScoreRecord
from evals.redaction import redact
from evals.tasks.golden import RETRIES, SCORE

if TYPE_CHECKING:
    from inspect_ai.log import EvalSample
    from inspect_ai.model import ModelOutput

    from evals.engine.plan import RunPlan


def sample_record(
    sample: EvalSample, *, task: str, plan: RunPlan, log_location: str
) -> SampleRecord | None:
    """Translate a finished sample; None for one that was cancelled before it was asked.

    A cancelled sample leaves no record: it was not measured, and a resumed run asks it again.
    """
    if sample.error and sample.error.message.startswith(("CancelledError(", "Cancelled(")):
        return None
    output = sample.output if sample.output.choices else None
    metadata = (output.metadata if output else None) or {}
    usage = output.usage if output else None
    score = _score(sample)
    return SampleRecord(
        key=SampleKey(
            task=task, item_id=sample.metadata["item_id"], epoch=int(sample.metadata["epoch"])
        ),
        item_digest=sample.metadata["item_digest"],
        text=output.completion if output else None,
        score=score,
        completed_at=_completed_at(sample),
        error=redact(_error(sample), plan.target.key.value),
        latency_seconds=output.time if output else None,
        input_tokens=all_input_tokens(output),
        output_tokens=usage.output_tokens if usage else None,
        cost_usd=_cost_usd(sample, output, plan),
        stop_reason=output.stop_reason if output else None,
        served_model=output.model if output else None,
        system_fingerprint=metadata.get(SYSTEM_FINGERPRINT),
        retries=sample.store.get(RETRIES, 0),
        sent_parameters=metadata.get(SENT_PARAMETERS) or {},
        log_location=log_location,
        log_sample_uuid=sample.uuid,
    )


def _score(sample: EvalSample) -> ScoreRecord:
    score = (sample.scores or {}).get(SCORE)
    if score is None or sample.error or sample.limit:
        # Scores of a sample that was cut or broke are Inspect's guess, not a measurement.
        return ScoreRecord(
            scorer=str(sample.metadata["scorer"]),
            scorer_version="",
            state=CallState.JUDGE_FAILED if sample.output.choices else CallState.API_ERROR,
            value=None,
            passed=None,
            parsed=None,
            reason=_error(sample) or "the sample ended without a score",
        )
    facts: dict[str, Any] = score.metadata or {}
    state = CallState(facts["state"])
    return ScoreRecord(
        scorer=facts["scorer"],
        scorer_version=facts["scorer_version"],
        state=state,
        value=float(score.value) if state is CallState.OK else None,  # type: ignore[arg-type]  # our scorer gives numbers
        passed=facts["passed"] if state is CallState.OK else None,
        parsed=score.answer,
        reason=score.explanation or "",
    )


def _error(sample: EvalSample) -> str | None:
    if sample.error:
        return sample.error.message[:500]
    if sample.limit:
        return f"stopped by the limit {sample.limit.type}"
    for score in (sample.scores or {}).values():
        if score.metadata and score.metadata.get("error"):
            return str(score.metadata["error"])
    return None


def _completed_at(sample: EvalSample) -> datetime:
    return datetime.fromisoformat(str(sample.completed_at))


def _cost_usd(sample: EvalSample, output: ModelOutput | None, plan: RunPlan) -> float | None:
    """Add up what the endpoint and the judge cost; None when either is unknown."""
    asked = call_cost_usd(output, plan.target.endpoint.price)
    judged: float | None = sample.store.get(JUDGE_COST_USD, 0.0)
    return None if asked is None or judged is None else asked + judged
