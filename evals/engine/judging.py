"""The judge: a pinned model that grades, asked through the same careful provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspect_ai.util import store

from evals.engine.costs import call_cost_usd
from evals.engine.provider import open_model
from evals.engine.rate_limit import RateLimit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from evals.engine.plan import Asked

JUDGE_COST_USD = "pinwatch_judge_cost_usd"
"""Where the store of a sample keeps what its judging cost; None where that is unknown."""


def ask_judge(judge: Asked, *, seed: str) -> Callable[[str], Awaitable[str]]:
    """Return a function that sends one prompt to the judge and returns its text.

    What a call cost is noted in the store of the sample that is being judged.
    """
    rate_limit = RateLimit(judge.endpoint.limits.requests_per_minute)
    model = open_model(judge, seed=seed, rate_limit=rate_limit)

    async def ask(prompt: str) -> str:
        await rate_limit.wait()
        output = await model.generate(prompt)
        _note(call_cost_usd(output, judge.endpoint.price))
        return output.completion

    return ask


def _note(cost_usd: float | None) -> None:
    before: float | None = store().get(JUDGE_COST_USD, 0.0)
    total = None if before is None or cost_usd is None else before + cost_usd
    store().set(JUDGE_COST_USD, total)
