"""From Inspect's sample to our records: the only place that knows the shape of Inspect's log."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from evals.call_state import CallState
from evals.engine.costs import all_input_tokens, call_cost_usd
from evals.engine.judging import JUDGE_COST_USD
from evals.engine.provider import SENT_PARAMETERS, SYSTEM_FINGERPRINT
from evals.records import SampleKey, SampleRecord, ScoreRecord
from evals.redaction import redact
from evals.tasks.conversation import Reply, reply_from
from evals.tasks.golden import REPLIES, SCORE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inspect_ai.log import EvalSample
    from inspect_ai.model import ModelOutput

    from evals.endpoint import Price
    from evals.engine.plan import RunPlan


def sample_records(
    sample: EvalSample, *, task: str, plan: RunPlan, log_location: str
) -> tuple[SampleRecord, ...]:
    """Translate a finished conversation; nothing of one that was cancelled before it was asked.

    A cancelled sample leaves no record: it was not measured, and a resumed run asks it again.
    """
    if sample.error and sample.error.message.startswith(("CancelledError(", "Cancelled(")):
        return ()
    items: Sequence[Mapping[str, str]] = sample.metadata["items"]
    replies: Mapping[str, Any] = sample.store.get(REPLIES, {})
    judged: float | None = sample.store.get(JUDGE_COST_USD, 0.0)
    return tuple(
        _record(
            sample,
            item,
            reply_from(replies[item["id"]]) if item["id"] in replies else Reply(),
            # One judge's bill a conversation: it stands with the first of its items.
            judged_usd=judged if number == 0 else 0.0,
            task=task,
            plan=plan,
            log_location=log_location,
        )
        for number, item in enumerate(items)
    )


def _record(
    sample: EvalSample,
    item: Mapping[str, str],
    reply: Reply,
    *,
    judged_usd: float | None,
    task: str,
    plan: RunPlan,
    log_location: str,
) -> SampleRecord:
    output = reply.output
    metadata = (output.metadata if output else None) or {}
    error = _error(sample) or (reply.failure.words if reply.failure else None)
    price = plan.target.endpoint.price
    return SampleRecord(
        key=SampleKey(
            task=task,
            item_id=item["id"],
            arm=item["arm"],
            epoch=int(sample.metadata["epoch"]),
        ),
        item_digest=item["digest"],
        text=output.completion if output else None,
        score=_score(sample, item, plan.keys, answered=output is not None),
        completed_at=datetime.fromisoformat(str(sample.completed_at)),
        error=redact(error, *plan.keys),
        latency_seconds=output.time if output and reply.outputs else None,
        input_tokens=_sum([all_input_tokens(one) for one in reply.outputs]),
        output_tokens=_sum([_output_tokens(one) for one in reply.outputs]),
        cost_usd=_cost_usd(reply, price, judged_usd),
        stop_reason=output.stop_reason if output else None,
        served_model=(output.model or None) if output else None,
        system_fingerprint=metadata.get(SYSTEM_FINGERPRINT),
        calls=reply.calls,
        retries=reply.retries,
        sent_parameters=metadata.get(SENT_PARAMETERS) or {},
        top_logprobs=_top_logprobs(output),
        log_location=log_location,
        log_sample_uuid=sample.uuid,
    )


def _score(
    sample: EvalSample, item: Mapping[str, str], keys: Sequence[str | None], *, answered: bool
) -> ScoreRecord:
    score = (sample.scores or {}).get(SCORE)
    if score is None or sample.error or sample.limit:
        # Scores of a sample that was cut or broke are Inspect's guess, not a measurement.
        return ScoreRecord(
            scorer=item["scorer"],
            scorer_version="",
            state=CallState.JUDGE_FAILED if answered else CallState.API_ERROR,
            value=None,
            passed=None,
            parsed=None,
            reason=redact(_error(sample), *keys) or "the sample ended without a score",
        )
    facts: Mapping[str, Any] = (score.metadata or {})[item["id"]]
    reason = redact(facts.get("reason", ""), *keys)
    return ScoreRecord(**{**facts, "state": CallState(facts["state"]), "reason": reason})


def _error(sample: EvalSample) -> str | None:
    if sample.error:
        return sample.error.message[:500]
    return f"stopped by the limit {sample.limit.type}" if sample.limit else None


def _output_tokens(output: ModelOutput) -> int | None:
    return output.usage.output_tokens if output.usage else None


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known and len(known) == len(numbers) else None


def _cost_usd(reply: Reply, price: Price | None, judged_usd: float | None) -> float | None:
    """Add up what the endpoint and the judge cost; None when either is unknown."""
    asked = [call_cost_usd(output, price) for output in (*reply.outputs, None)]
    known = [cost for cost in (*asked, judged_usd) if cost is not None]
    return sum(known) if len(known) == len(asked) + 1 else None


def _top_logprobs(output: ModelOutput | None) -> dict[str, float] | None:
    """Return the alternatives of the first token; None where the endpoint gave none."""
    logprobs = output.choices[0].logprobs if output and output.choices else None
    if logprobs is None or not logprobs.content:
        return None
    first = logprobs.content[0]
    return {one.token: one.logprob for one in first.top_logprobs or []} or None
