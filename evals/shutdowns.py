"""Shutdown dates that makers have announced, for listings that say nothing of them. Dated facts.

A maker's own listing knows better and comes first. What stands here holds for the maker's own
service only: clouds and gateways keep schedules of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

OPENAI: Final = "https://developers.openai.com/api/docs/deprecations"
ANTHROPIC: Final = "https://docs.anthropic.com/en/docs/resources/model-deprecations"

AS_OF: Final = date(2026, 11, 22)
"""The day on which the table was last compared with its sources."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shutdown:
    """An announced end.

    Attributes:
        on: The first day on which calls may fail.
        source: Where it is announced.
    """

    on: date
    source: str


_ANNOUNCED: Final = (
    # The page of OpenAI itself; its listing carries the dates too, as `shutdown_date`.
    (
        OPENAI,
        "openai",
        date(2026, 12, 11),
        (
            *("gpt-5", "gpt-5-2025-08-07", "gpt-5-mini", "gpt-5-mini-2025-08-07"),
            *("gpt-5-nano", "gpt-5-nano-2025-08-07"),
        ),
    ),
    # As told by Anthropic's own client, version 2.12.0, which names its page.
    (ANTHROPIC, "anthropic", date(2026, 1, 5), ("claude-3-opus-20240229",)),
    (
        ANTHROPIC,
        "anthropic",
        date(2026, 2, 19),
        ("claude-3-7-sonnet-20250219", "claude-3-5-haiku-20241022"),
    ),
    (
        ANTHROPIC,
        "anthropic",
        date(2026, 6, 15),
        ("claude-opus-4-20250514", "claude-sonnet-4-20250514"),
    ),
    (
        ANTHROPIC,
        "anthropic",
        date(2026, 11, 30),
        ("claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
    ),
)

_BY_MODEL: Final = {
    f"{provider}/{name}": Shutdown(on=day, source=source)
    for source, provider, day, names in _ANNOUNCED
    for name in names
}


def announced_shutdown(provider_model: str) -> Shutdown | None:
    """Return the announced end of ``provider/model`` at its maker's own service, if we know one.

    >>> announced_shutdown("anthropic/claude-sonnet-4-5-20250929").on.isoformat()
    '2026-11-30'
    >>> announced_shutdown("openrouter/anthropic/claude-sonnet-4-5") is None
    True
    """
    return _BY_MODEL.get(provider_model)
