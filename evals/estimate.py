"""What a run would take, told before anything is spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.endpoint import Endpoint
    from evals.engine.plan import PlannedTask

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for English; the real count is the endpoint's own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """What a run would take, told before anything is spent.

    Attributes:
        input_tokens: From the length of the prompts, at four characters a token.
        most_output_tokens: Calls times ``max_tokens``; None when replies have no limit.
        most_cost_usd: None when the price or the longest reply is unknown.
    """

    calls: int
    input_tokens: int
    most_output_tokens: int | None
    most_cost_usd: float | None


def estimate(endpoint: Endpoint, tasks: Sequence[PlannedTask]) -> Estimate:
    """Say what a plan would take at most, without asking anybody."""
    samples = [sample for task in tasks for sample in task.samples]
    characters = sum(
        len(endpoint.system_prompt or "") + sum(len(m.content) for m in sample.item.messages)
        for sample in samples
    )
    input_tokens = -(-characters // CHARACTERS_PER_TOKEN)
    longest = endpoint.parameters.max_tokens
    output_tokens = None if longest is None else longest * len(samples)
    cost = None
    if endpoint.price is not None and output_tokens is not None:
        cost = endpoint.price.cost_usd(input_tokens=input_tokens, output_tokens=output_tokens)
    return Estimate(
        calls=len(samples),
        input_tokens=input_tokens,
        most_output_tokens=output_tokens,
        most_cost_usd=cost,
    )
