"""The judge: a pinned model that grades, asked through the same careful provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.engine.provider import open_model
from evals.engine.rate_limit import RateLimit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from evals.engine.plan import Asked


def ask_judge(judge: Asked, *, seed: str) -> Callable[[str], Awaitable[str]]:
    """Return a function that sends one prompt to the judge and returns its text."""
    rate_limit = RateLimit(judge.endpoint.limits.requests_per_minute)
    model = open_model(judge, seed=seed, rate_limit=rate_limit)

    async def ask(prompt: str) -> str:
        await rate_limit.wait()
        output = await model.generate(prompt)
        return output.completion

    return ask
