"""What a run would take, told before anything is spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.endpoint import Endpoint
    from evals.engine.plan import PlannedSample, PlannedTask
    from evals.golden_set import Item

_Number = TypeVar("_Number", int, float)

CHARACTERS_PER_TOKEN = 3
"""A cautious rule of thumb: English has about four, digits and code fewer. The real count is the
endpoint's own."""

TOKENS_PER_MESSAGE = 8
"""What a chat template puts around each message, cautiously."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """What a run would take, told before anything is spent.

    Attributes:
        calls: To the endpoint; turns that items of one conversation share are asked once.
        judge_calls: To the judge: one for each sample of an item that a model judges.
        input_tokens: From the length of the prompts, cautiously; later turns and a judge also read
            the longest replies that there can be.
        most_output_tokens: If every reply is as long as it may be; None when replies have no limit.
        most_cost_usd: What those tokens cost; None when a price or the longest reply is unknown.
    """

    calls: int
    judge_calls: int
    input_tokens: int
    most_output_tokens: int | None
    most_cost_usd: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    """One call: what it reads, and how long its reply may be; None where there is no limit."""

    input_tokens: int
    longest_reply: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    """What one of the two, the endpoint or its judge, would read and write."""

    endpoint: Endpoint
    calls: tuple[_Call, ...]

    @property
    def input_tokens(self) -> int:
        return sum(call.input_tokens for call in self.calls)

    @property
    def most_output_tokens(self) -> int | None:
        return _sum_if_known([call.longest_reply for call in self.calls])

    @property
    def most_cost_usd(self) -> float | None:
        price, output_tokens = self.endpoint.price, self.most_output_tokens
        if price is None or output_tokens is None:
            return None
        return price.cost_usd(input_tokens=self.input_tokens, output_tokens=output_tokens)


def estimate(
    endpoint: Endpoint, tasks: Sequence[PlannedTask], *, judge: Endpoint | None = None
) -> Estimate:
    """Say what a plan would take at most, without asking anybody."""
    asked = _Side(
        endpoint=endpoint,
        calls=tuple(call for task in tasks for call in _calls(endpoint, task.samples)),
    )
    items = [sample.item for task in tasks for sample in task.samples]
    sides = [asked, *_judged(judge, items, longest_reply=endpoint.parameters.max_tokens)]
    return Estimate(
        calls=len(asked.calls),
        judge_calls=sum(len(side.calls) for side in sides[1:]),
        input_tokens=sum(side.input_tokens for side in sides),
        most_output_tokens=_sum_if_known([side.most_output_tokens for side in sides]),
        most_cost_usd=_sum_if_known([side.most_cost_usd for side in sides]),
    )


def _calls(endpoint: Endpoint, samples: Sequence[PlannedSample]) -> Iterator[_Call]:
    """Yield each call once, as `evals.tasks.conversation` would make it."""
    seen: set[tuple[object, ...]] = set()
    for planned in samples:
        item = planned.item
        if item.reply is not None:
            continue
        start = (item.conversation or item.id, planned.epoch, item.messages, item.max_tokens)
        for depth in range(len(item.turns) + 1):
            path = (*start, item.turns[:depth])
            if path not in seen:
                seen.add(path)
                yield _call(endpoint, item, item.turns[:depth])


def _call(endpoint: Endpoint, item: Item, turns: Sequence[str]) -> _Call:
    texts = [*filter(None, [endpoint.system_prompt]), *[m.content for m in item.messages], *turns]
    longest_reply = item.max_tokens or endpoint.parameters.max_tokens
    replies = (longest_reply or 0) * len(turns)
    return _Call(input_tokens=_tokens(texts) + replies, longest_reply=longest_reply)


def _judged(
    judge: Endpoint | None, items: Sequence[Item], *, longest_reply: int | None
) -> list[_Side]:
    graded = [item for item in items if item.scorer.name == "judge"]
    if judge is None or not graded:
        return []
    calls = tuple(
        _Call(
            input_tokens=_tokens([_judge_prompt(item)]) + (longest_reply or 0),
            longest_reply=judge.parameters.max_tokens,
        )
        for item in graded
    )
    return [_Side(endpoint=judge, calls=calls)]


def _judge_prompt(item: Item) -> str:
    from evals.scorers.base import parse_options
    from evals.scorers.judge import JudgeOptions, judge_prompt

    return judge_prompt("", item, parse_options(JudgeOptions, item.scorer))


def _tokens(texts: Sequence[str]) -> int:
    characters = sum(len(text) for text in texts)
    return -(-characters // CHARACTERS_PER_TOKEN) + TOKENS_PER_MESSAGE * len(texts)


def _sum_if_known(values: Sequence[_Number | None]) -> _Number | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known and len(known) == len(values) else None
