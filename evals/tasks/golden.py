"""The Inspect task on a golden set: ask each item once per planned sample, grade what comes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import transcript
from inspect_ai.model import (
    ChatMessage as InspectMessage,
)
from inspect_ai.model import (
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
)
from inspect_ai.scorer import Score, Target, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import LimitExceededError

from evals.call_state import CallState
from evals.scorers.registry import scorer_for
from evals.scorers.scored import Scored, ScoringContext
from evals.tasks.failure import call_failure
from evals.versions import TASK_VERSION

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from inspect_ai.scorer import Scorer as InspectScorer

    from evals.engine.plan import PlannedSample
    from evals.golden_set import Item

SCORE = "grade"
"""The name of our score in Inspect, which names scores after their function."""

RETRIES = "pinwatch_retries"
"""Where the store of a sample counts the attempts before the one that counted."""

_CALL_FAILURE = "pinwatch_call_failure"
_MESSAGES = {
    "system": ChatMessageSystem,
    "user": ChatMessageUser,
    "assistant": ChatMessageAssistant,
}
_CUT_SHORT = {
    "max_tokens": CallState.TRUNCATED,
    "model_length": CallState.TRUNCATED,
    "content_filter": CallState.FILTERED,
}


def golden_task(
    name: str,
    samples: Sequence[PlannedSample],
    *,
    system_prompt: str | None,
    context: ScoringContext,
    before_call: Callable[[], Awaitable[None]],
) -> Task:
    """Build a fresh Inspect task; every planned sample becomes one Inspect sample of one epoch.

    Epochs are spelled out rather than left to Inspect, so that a resumed run can ask exactly the
    samples that are missing. ``before_call`` is awaited before each request: the rate limit.
    """
    items = {sample_id(planned): planned.item for planned in samples}
    dataset = MemoryDataset(
        [_sample(planned, system_prompt) for planned in samples], name=name, location=name
    )
    return Task(
        name=name,
        version=TASK_VERSION,
        dataset=dataset,
        solver=ask(before_call),
        scorer=grade(items, context),
    )


def sample_id(planned: PlannedSample) -> str:
    """Return the id of a planned sample within its task."""
    return f"{planned.item.id}~{planned.epoch}"


def _sample(planned: PlannedSample, system_prompt: str | None) -> Sample:
    item = planned.item
    messages: list[InspectMessage] = [_MESSAGES[m.role](content=m.content) for m in item.messages]
    if system_prompt is not None:
        messages.insert(0, ChatMessageSystem(content=system_prompt))
    return Sample(
        id=sample_id(planned),
        input=messages,
        target=list(item.targets) or "",
        metadata={
            "item_id": item.id,
            "item_digest": item.content_digest,
            "epoch": planned.epoch,
            "scorer": item.scorer.name,
        },
    )


@solver
def ask(before_call: Callable[[], Awaitable[None]]) -> Solver:
    """Ask once; a call that fails for good is noted, not raised, so that its state is ours."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        try:
            await before_call()
            return await generate(state)
        except LimitExceededError:
            raise  # Inspect's own stop signal, though it is a plain Exception
        except Exception as error:  # noqa: BLE001 - each provider raises its own kinds
            failure = call_failure(error)
            state.store.set(_CALL_FAILURE, {"state": failure.state, "error": failure.words})
            return state
        finally:
            state.store.set(RETRIES, max(0, _attempts() - 1))

    return solve


@scorer(metrics=[mean()])
def grade(items: dict[str, Item], context: ScoringContext) -> InspectScorer:
    """Derive the call state ourselves, and let our scorer grade only what arrived whole."""
    # Building a scorer can compile a schema: once an item, not once a sample.
    scorers = {item.content_digest: scorer_for(item.scorer) for item in items.values()}

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001 - Inspect's shape
        item = items[str(state.sample_id)]
        scorer_ = scorers[item.content_digest]
        scored = _set_aside(state) or await scorer_.score(state.output.completion, item, context)
        return Score(
            value=math.nan if scored.value is None else scored.value,
            answer=scored.parsed,
            explanation=scored.reason,
            metadata={
                "state": scored.state.value,
                "passed": scored.passed,
                "scorer": scorer_.name,
                "scorer_version": scorer_.version,
                "error": _error(state),
            },
        )

    return score


def _set_aside(state: TaskState) -> Scored | None:
    failure: dict[str, str] | None = state.store.get(_CALL_FAILURE)
    if failure:
        return _ungraded(CallState(failure["state"]), failure["error"])
    if not state.output.choices:
        return _ungraded(CallState.API_ERROR, "the endpoint returned no choice")
    cut = _CUT_SHORT.get(state.output.stop_reason)
    return _ungraded(cut, f"stopped by {state.output.stop_reason}") if cut else None


def _error(state: TaskState) -> str | None:
    failure: dict[str, str] | None = state.store.get(_CALL_FAILURE)
    return failure["error"] if failure else None


def _ungraded(state: CallState, reason: str) -> Scored:
    return Scored(state=state, value=None, passed=None, parsed=None, reason=reason)


def _attempts() -> int:
    """Count the requests of this sample so far; Inspect notes each as an event of its own."""
    return sum(event.event == "model" for event in transcript().events)
