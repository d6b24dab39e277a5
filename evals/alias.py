"""Floating aliases: names that the provider moves to another model without telling us."""

from __future__ import annotations

import re

# A date (2025-08-07, 20250929, 0613, 04-09) or an explicit revision (-001, @sha) fixes a version.
_DATED = re.compile(
    r"(\d{4}-\d{2}-\d{2}|20\d{6}|-\d{4}$|-\d{2}-\d{2}$|-\d{2}-\d{4}$|-0\d\d$|@\S+$)"
)
_FLOATING_WORDS = re.compile(r"(^|[-:/_.])(latest|default|auto)$")

_DATED_FAMILIES: dict[str, tuple[re.Pattern[str], str]] = {
    "openai": (
        re.compile(r"^(gpt-|o\d|chatgpt-|davinci|babbage|codex-)"),
        "{model}-YYYY-MM-DD, such as gpt-4o-2024-08-06",
    ),
    "anthropic": (
        re.compile(r"^claude-"),
        "{model}-YYYYMMDD, such as claude-sonnet-4-5-20250929",
    ),
    "google": (
        re.compile(r"^gemini-"),
        "{model}-001, the numbered version of the same model",
    ),
}
"""Makers that publish dated names beside floating ones: which names are theirs, what to write."""


def pinned_name_advice(provider_model: str) -> str | None:
    """Return what to write instead of a floating alias, or None when the name is fixed.

    A name is floating when it ends in a word such as ``latest``, or when its maker publishes dated
    names and this one bears no date. Names of other makers and of local servers are taken at their
    word: nobody but their operator moves them.

    Args:
        provider_model: ``provider/model`` as in Inspect, for instance ``openai/gpt-4o``.

    >>> pinned_name_advice("openai/gpt-4o-2024-08-06") is None
    True
    >>> pinned_name_advice("openai/gpt-4o")
    'openai/gpt-4o-YYYY-MM-DD, such as gpt-4o-2024-08-06'
    >>> pinned_name_advice("mistral/mistral-large-latest")
    'mistral/mistral-large-YYMM, the dated name of the version you mean'
    """
    prefix, _, model = provider_model.rpartition("/")
    floating_word = _FLOATING_WORDS.search(model)
    bare = model[: floating_word.start()] if floating_word else model
    for maker, (theirs, advice) in _DATED_FAMILIES.items():
        if theirs.search(model) and _speaks_for(prefix, maker):
            if _DATED.search(model) and not floating_word:
                return None
            return f"{prefix}/" + advice.format(model=bare.removeprefix("chatgpt-"))
    if floating_word:
        return f"{prefix}/{bare}-YYMM, the dated name of the version you mean"
    return None


def _speaks_for(prefix: str, maker: str) -> bool:
    # Gateways (openrouter/openai/gpt-4o, azureai/...) pass the maker's names through; a server of
    # one's own (openai-api/<service>/...) may call anything gpt-like and moves only by its owner.
    return not prefix.startswith("openai-api") or f"/{maker}" in prefix
