"""What Inspect would load for each run and no run of this kind needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspect_ai.model import _assistant_internal as inspect_state

if TYPE_CHECKING:
    from collections.abc import Collection


def spare_clients(asked_through: Collection[str | None]) -> None:
    """Leave Anthropic's client alone in a run that asks through OpenAI's only.

    Inspect prepares the state of both for every sample, where they are installed, and loads them
    for that: Anthropic's takes two seconds of processor, most of what a short run takes.
    """
    if set(asked_through) == {"openai"}:
        inspect_state._HAS_ANTHROPIC = False  # noqa: SLF001 - it has no public switch
