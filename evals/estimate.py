"""What a run would take, told before anything is spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evals.endpoint import Endpoint
    from evals.engine.plan import PlannedTask
    from evals.golden_set import Item

_Number = TypeVar("_Number", int, float)

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for English; the real count is the endpoint's own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """What a run would take, told before anything is spent.

    Attributes:
        calls: To the endpoint.
        judge_calls: To the judge: one for each sample of an item that a model judges.
        input_tokens: From the length of the prompts, at four characters a token; a judge also reads
            the longest reply that there can be.
        most_output_tokens: Calls times ``max_tokens``; None when replies have no limit.
        most_cost_usd: None when a price or the longest reply is unknown.
    """

    calls: int
    judge_calls: int
    input_tokens: int
    most_output_tokens: int | None
    most_cost_usd: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    """What one of the two, the endpoint or its judge, would read and write."""

    endpoint: Endpoint
    calls: int
    input_tokens: int

    @property
    def most_output_tokens(self) -> int | None:
        longest = self.endpoint.parameters.max_tokens
        return None if longest is None else longest * self.calls

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
    items = [sample.item for task in tasks for sample in task.samples]
    asked = _Side(
        endpoint=endpoint,
        calls=len(items),
        input_tokens=_tokens(_characters(endpoint, item) for item in items),
    )
    sides = [asked, *_judged(judge, items, longest_reply=endpoint.parameters.max_tokens)]
    return Estimate(
        calls=asked.calls,
        judge_calls=sum(side.calls for side in sides[1:]),
        input_tokens=sum(side.input_tokens for side in sides),
        most_output_tokens=_sum_if_known([side.most_output_tokens for side in sides]),
        most_cost_usd=_sum_if_known([side.most_cost_usd for side in sides]),
    )


def _judged(
    judge: Endpoint | None, items: Sequence[Item], *, longest_reply: int | None
) -> list[_Side]:
    graded = [item for item in items if item.scorer.name == "judge"]
    if judge is None or not graded:
        return []
    prompts = _tokens(_judge_characters(item) for item in graded)
    replies = (longest_reply or 0) * len(graded)
    return [_Side(endpoint=judge, calls=len(graded), input_tokens=prompts + replies)]


def _characters(endpoint: Endpoint, item: Item) -> int:
    return len(endpoint.system_prompt or "") + sum(len(m.content) for m in item.messages)


def _judge_characters(item: Item) -> int:
    from evals.scorers.base import parse_options
    from evals.scorers.judge import JudgeOptions, judge_prompt

    return len(judge_prompt("", item, parse_options(JudgeOptions, item.scorer)))


def _tokens(characters: Iterable[int]) -> int:
    return -(-sum(characters) // CHARACTERS_PER_TOKEN)


def _sum_if_known(values: Sequence[_Number | None]) -> _Number | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if len(known) == len(values) else None
