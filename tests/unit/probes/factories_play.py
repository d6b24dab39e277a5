"""Plays a probe against the simulator in this process: no server, no child, no clock."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from evals.call_state import CallState
from evals.compare.task import compare_task
from evals.digest import digest_of
from evals.golden_set import ChatMessage
from evals.probes.answer import Answer
from evals.records import SampleKey, ScoreRecord
from evals.scorers.registry import scorer_for
from evals.scorers.scored import ScoringContext
from evals.simulator.behaviour import Behaviour
from evals.simulator.chat import ChatRequest, Finish
from evals.simulator.endpoint import SimulatedEndpoint, SimulatorConfig
from evals.simulator.learning import knowledge_of
from tests.factories import a_failure, a_sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.compare.comparison import TaskComparison
    from evals.golden_set import Item
    from evals.probes.probe import Figure, Probe, View
    from evals.simulator.endpoint import Outcome
    from evals.simulator.knowledge import Knowledge

STORM = {"faults": [{"kind": "rate_limit", "share": 0.3}]}
"""Three of ten calls end as a 429, whatever is asked."""

_CUT = {Finish.LENGTH: CallState.TRUNCATED, Finish.FILTERED: CallState.FILTERED}


def endpoint_for(items: Sequence[Item], *, seed: int = 1, **change: Any) -> SimulatedEndpoint:
    """An endpoint that knows ``items``; its persona differs by ``change``."""
    config = SimulatorConfig(knowledge=_learnt(items), behaviour=Behaviour(), seed=seed)
    endpoint = SimulatedEndpoint(config)
    endpoint.behave(change)
    return endpoint


_LEARNT: dict[str, Knowledge] = {}


def _learnt(items: Sequence[Item]) -> Knowledge:
    """Learn a set once: that costs more than to answer it."""
    name = digest_of([item.document() for item in items])
    if name not in _LEARNT:
        _LEARNT[name] = knowledge_of(items)
    return _LEARNT[name]


def play(
    endpoint: SimulatedEndpoint, items: Sequence[Item], *, epochs: int = 1
) -> tuple[Answer, ...]:
    """Ask every item; items of one conversation share the turns that they have in common."""
    return tuple(
        answer for epoch in range(1, epochs + 1) for answer in _Pass(endpoint, epoch).answers(items)
    )


class _Pass:
    def __init__(self, endpoint: SimulatedEndpoint, epoch: int) -> None:
        self.endpoint = endpoint
        self.epoch = epoch
        self.said: dict[tuple[object, ...], Outcome] = {}

    def answers(self, items: Sequence[Item]) -> list[Answer]:
        return [self._answer(item) for item in items]

    def _answer(self, item: Item) -> Answer:
        outcome = self._outcome(item)
        key = SampleKey(task="probe", item_id=item.id, arm=item.arm, epoch=self.epoch)
        if outcome.fault is not None and not outcome.fault.kind.still_answers:
            score = a_failure(CallState.API_ERROR)
            return Answer(item=item, sample=a_sample(item, key=key, text=None, score=score))
        text = outcome.reply.text
        score = _graded(text, outcome.reply.finish, item)
        sample = a_sample(
            item,
            key=key,
            text=text,
            score=score,
            input_tokens=outcome.reply.input_tokens,
            output_tokens=outcome.reply.output_tokens,
            top_logprobs=_first_token(outcome),
            sent_parameters=_sent(item),
        )
        return Answer(item=item, sample=sample)

    def _outcome(self, item: Item) -> Outcome:
        messages = list(item.messages)
        path: tuple[object, ...] = (
            item.conversation or item.id,
            item.messages,
            item.max_tokens,
            item.top_logprobs,
        )
        outcome = self._ask(path, messages, item)
        for turn in item.turns:
            if outcome.fault is not None:
                break
            reply = ChatMessage(role="assistant", content=outcome.reply.text)
            messages += [reply, ChatMessage(role="user", content=turn)]
            path = (*path, turn)
            outcome = self._ask(path, messages, item)
        return outcome

    def _ask(
        self, path: tuple[object, ...], messages: Sequence[ChatMessage], item: Item
    ) -> Outcome:
        if path not in self.said:
            request = ChatRequest(
                model="sim-1",
                messages=tuple(messages),
                max_tokens=item.max_tokens,
                top_logprobs=item.top_logprobs,
            )
            self.said[path] = self.endpoint.ask(request, protocol="test", body={})
        return self.said[path]


def _first_token(outcome: Outcome) -> dict[str, float] | None:
    first = outcome.reply.logprobs[:1]
    return dict(first[0].top) if first else None


def _sent(item: Item) -> dict[str, Any]:
    asked = {
        "temperature": 0,
        "max_tokens": item.max_tokens,
        "logprobs": item.top_logprobs is not None or None,
        "top_logprobs": item.top_logprobs,
    }
    return {name: value for name, value in asked.items() if value is not None}


_GRADED: dict[tuple[str, str], ScoreRecord] = {}


def _graded(text: str, finish: Finish, item: Item) -> ScoreRecord:
    if finish in _CUT:
        return a_failure(_CUT[finish])
    name = (item.content_digest, text)
    if name not in _GRADED:  # the same reply to the same item again: no second sandbox
        _GRADED[name] = _grade(text, item)
    return _GRADED[name]


def _grade(text: str, item: Item) -> ScoreRecord:
    scorer = scorer_for(item.scorer)
    scored = asyncio.run(scorer.score(text, item, ScoringContext(sandbox="subprocess")))
    return ScoreRecord(
        scorer=scorer.name,
        scorer_version=scorer.version,
        state=scored.state,
        value=scored.value,
        passed=scored.passed,
        parsed=scored.parsed,
        reason=scored.reason,
    )


def figure(probe: Probe, answers: Sequence[Answer], name: str) -> Figure:
    """The figure of that name."""
    return {one.name: one for one in probe.figures(answers)}[name]


def covers(found: Figure, truth: float) -> bool:
    """Whether the interval holds the truth."""
    return found.low is not None and found.high is not None and found.low <= truth <= found.high


def view(probe: Probe, answers: Sequence[Answer], name: str) -> View:
    """The series of that name."""
    return {one.name: one for one in probe.views(answers)}[name]


def compared(
    probe: Probe, before: Sequence[Sequence[Answer]], after: Sequence[Answer], name: str
) -> TaskComparison:
    """One series of a run beside the same series of the baseline's runs."""
    rows = view(probe, after, name).rows
    return compare_task(
        name,
        planned=len(rows),
        run=rows,
        passes=[view(probe, one, name).rows for one in before],
        items={answer.item.content_digest: answer.item for answer in after},
        alpha=0.01,
    )


def moved(
    probe: Probe, before: Sequence[Sequence[Answer]], after: Sequence[Answer], name: str
) -> bool:
    """Whether the share of that series fell or rose at the level of one in a hundred."""
    check = compared(probe, before, after, name).check
    return check is not None and min(check.p_drop, check.p_rise) < 0.01
