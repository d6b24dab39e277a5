"""The Inspect task on planned items: ask each once per planned sample, grade what comes."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING, Any

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
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

from evals.call_state import CallState
from evals.scorers.registry import scorer_for
from evals.scorers.scored import Scored, ScoringContext
from evals.tasks.conversation import Conversation, reply_from
from evals.versions import TASK_VERSION

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from inspect_ai.scorer import Scorer as InspectScorer

    from evals.engine.plan import PlannedSample
    from evals.golden_set import Item
    from evals.scorers.scored import Scorer
    from evals.tasks.conversation import Reply

SCORE = "grade"
"""The name of our score in Inspect, which names scores after their function."""

REPLIES = "pinwatch_replies"
"""Where the store of a sample keeps the `Reply` to each item, by item id."""

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

_Conversations = dict[str, tuple["PlannedSample", ...]]


def golden_task(
    name: str,
    samples: Sequence[PlannedSample],
    *,
    system_prompt: str | None,
    context: ScoringContext,
    before_call: Callable[[], Awaitable[None]],
) -> Task:
    """Build a fresh Inspect task; every conversation and epoch becomes one Inspect sample.

    Epochs are spelled out rather than left to Inspect, so that a resumed run can ask exactly the
    samples that are missing. ``before_call`` is awaited before each request: the rate limit.
    """
    forks = _conversations(samples)
    dataset = MemoryDataset(
        [_sample(sample_id, planned, system_prompt) for sample_id, planned in forks.items()],
        name=name,
        location=name,
    )
    return Task(
        name=name,
        version=TASK_VERSION,
        dataset=dataset,
        solver=ask(forks, system_prompt, before_call),
        scorer=grade(forks, context),
    )


def _conversations(samples: Sequence[PlannedSample]) -> _Conversations:
    found: dict[str, list[PlannedSample]] = {}
    for planned in samples:
        shared, own = planned.item.conversation, planned.item.id
        name = own if shared is None else f"{shared}~"  # an id is no conversation's name
        found.setdefault(f"{name}~{planned.epoch}", []).append(planned)
    return {sample_id: tuple(planned) for sample_id, planned in found.items()}


def _sample(sample_id: str, planned: Sequence[PlannedSample], system_prompt: str | None) -> Sample:
    first = planned[0].item
    return Sample(
        id=sample_id,
        input=_opening(first, system_prompt),
        target=list(first.targets) or "",
        metadata={
            "epoch": planned[0].epoch,
            "items": [
                {
                    "id": one.item.id,
                    "arm": one.item.arm,
                    "digest": one.item.content_digest,
                    "scorer": one.item.scorer.name,
                }
                for one in planned
            ],
        },
    )


def _opening(item: Item, system_prompt: str | None) -> list[InspectMessage]:
    messages: list[InspectMessage] = [_MESSAGES[m.role](content=m.content) for m in item.messages]
    if system_prompt is not None:
        messages.insert(0, ChatMessageSystem(content=system_prompt))
    return messages


@solver
def ask(
    forks: _Conversations, system_prompt: str | None, before_call: Callable[[], Awaitable[None]]
) -> Solver:
    """Hold each conversation once; a call that fails for good is noted, not raised."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001 - Inspect's shape
        conversation = Conversation(before_call=before_call)
        replies: dict[str, Reply] = {}
        try:
            for planned in forks[str(state.sample_id)]:
                item = planned.item
                replies[item.id] = await conversation.ask(item, _opening(item, system_prompt))
        finally:
            state.store.set(REPLIES, {name: one.document() for name, one in replies.items()})
        state.messages = conversation.messages
        state.output = next((one.output for one in replies.values() if one.output), state.output)
        return state

    return solve


def grade(forks: _Conversations, context: ScoringContext) -> InspectScorer:
    """Derive the call states ourselves, and let our scorers grade only what arrived whole.

    Inspect writes what a registered scorer was given into the log of each sample, so ours is given
    nothing: the time of a sample would grow with the number of all items.
    """
    # Building a scorer can compile a schema: once an item, not once a sample.
    scorers = {
        one.item.content_digest: scorer_for(one.item.scorer)
        for planned in forks.values()
        for one in planned
    }

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001 - Inspect's shape
        replies: Mapping[str, Any] = state.store.get(REPLIES, {})
        grades: dict[str, Scored] = {}
        for planned in forks[str(state.sample_id)]:
            item = planned.item
            reply = reply_from(replies[item.id])
            grader = scorers[item.content_digest]
            grades[item.id] = _set_aside(reply, item) or await grader.score(
                _completion(reply), item, context
            )
        return _as_inspect_shows(grades, scorers, forks[str(state.sample_id)])

    @scorer(metrics=[mean()], name="grade")
    def given_nothing() -> InspectScorer:
        return score

    return given_nothing()


def _set_aside(reply: Reply, item: Item) -> Scored | None:
    if reply.failure is not None:
        return _ungraded(reply.failure.state, reply.failure.words)
    if reply.output is None:
        return _ungraded(CallState.API_ERROR, "the endpoint returned no choice")
    if reply.output.stop_reason == "max_tokens" and item.max_tokens is not None:
        return None  # the limit is the item's own: what came is all that was asked for
    cut = _CUT_SHORT.get(reply.output.stop_reason)
    return _ungraded(cut, f"stopped by {reply.output.stop_reason}") if cut else None


def _completion(reply: Reply) -> str:
    return reply.output.completion if reply.output else ""


def _as_inspect_shows(
    grades: Mapping[str, Scored],
    scorers: Mapping[str, Scorer],
    planned: Sequence[PlannedSample],
) -> Score:
    """Put every grade into one score; its value is the mean of those that are numbers."""
    values = [one.value for one in grades.values() if one.value is not None]
    last = grades[planned[-1].item.id]
    return Score(
        value=fmean(values) if values else math.nan,
        answer=last.parsed,
        explanation=last.reason,
        metadata={
            one.item.id: {
                "state": grades[one.item.id].state.value,
                "value": grades[one.item.id].value,
                "passed": grades[one.item.id].passed,
                "parsed": grades[one.item.id].parsed,
                "reason": grades[one.item.id].reason,
                "scorer": scorers[one.item.content_digest].name,
                "scorer_version": scorers[one.item.content_digest].version,
            }
            for one in planned
        },
    )


def _ungraded(state: CallState, reason: str) -> Scored:
    return Scored(state=state, value=None, passed=None, parsed=None, reason=reason)
