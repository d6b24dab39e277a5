"""The judge: a pinned model that grades, asked through the same careful provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.engine.provider import open_model

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from evals.engine.plan import Asked


def ask_judge(judge: Asked, *, seed: str) -> Callable[[str], Awaitable[str]]:
    """Return a function that sends one prompt to the judge and returns its text."""
    model = open_model(judge, max_connections=judge.endpoint.limits.max_connections, seed=seed)

    async def ask(prompt: str) -> str:
        output = await model.generate(prompt)
        return output.completion

    return ask
