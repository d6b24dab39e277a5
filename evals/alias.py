"""Floating aliases: names that the provider moves to another model without telling us."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from evals.providers import provider_of

# A date (2025-08-07, 20250929, 0613, 04-09) or an explicit revision (-001, @sha) fixes a version,
# whatever follows: gpt-4-1106-preview, deepseek-chat-v3-0324:free.
_DATED = re.compile(
    r"-?(\d{4}-\d{2}-\d{2}|20\d{6})|-(\d{4}|\d{2}-\d{2}|\d{2}-\d{4}|0\d\d)(?=[-:]|$)|@\S+$"
)
_FLOATING_WORDS = re.compile(r"(^|[-:/_.])(latest|default|auto)$")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Maker:
    """One who publishes dated names beside floating ones.

    Attributes:
        names: Which names are theirs.
        words: The provider's or gateway's words for them, as in ``openrouter/x-ai/...``.
        host: Where they serve their own models.
        form: What ends a dated name.
        latest: By a floating name, the dated one to write, where we know it.
        closed: Nobody else has their weights, so whoever offers the name passes it through to them.
    """

    names: re.Pattern[str]
    words: frozenset[str]
    host: str
    form: str
    latest: tuple[str, ...] = ()
    closed: bool = True

    def speaks(self, model: str, base_url: str | None) -> bool:
        host = urlsplit(base_url or "").hostname or ""
        at_home = host == self.host or host.endswith(f".{self.host}")
        passed_through = self.closed and not provider_of(model).own_server
        return at_home or passed_through or not self.words.isdisjoint(model.split("/")[:-1])

    def advice(self, prefix: str, floating: str) -> str:
        known = [name for name in self.latest if _DATED.split(name)[0] == floating]
        example = f"such as {known[0]}" if known else "the dated name of the version you mean"
        return f"{prefix}/{floating}-{self.form}, {example}"


_MAKERS = (
    _Maker(
        names=re.compile(r"^(gpt-(?!oss|neo|j)|o\d|chatgpt-|davinci|babbage|codex-)"),
        words=frozenset({"openai"}),
        host="api.openai.com",
        form="YYYY-MM-DD",
        latest=(
            *("gpt-5-2025-08-07", "gpt-5-mini-2025-08-07", "gpt-5-nano-2025-08-07"),
            *("gpt-4.1-2025-04-14", "gpt-4.1-mini-2025-04-14", "gpt-4.1-nano-2025-04-14"),
            *("gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18", "gpt-4-turbo-2024-04-09"),
            *("o1-2024-12-17", "o3-2025-04-16", "o3-mini-2025-01-31", "o4-mini-2025-04-16"),
        ),
    ),
    _Maker(
        names=re.compile(r"^claude-"),
        words=frozenset({"anthropic"}),
        host="api.anthropic.com",
        form="YYYYMMDD",
        latest=(
            *("claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"),
            *("claude-opus-4-1-20250805", "claude-3-7-sonnet-20250219"),
            *("claude-3-5-sonnet-20241022", "claude-3-5-haiku-20241022"),
        ),
    ),
    _Maker(
        names=re.compile(r"^gemini-"),
        words=frozenset({"google"}),
        host="generativelanguage.googleapis.com",
        form="NNN",
        latest=("gemini-2.0-flash-001", "gemini-2.0-flash-lite-001"),
    ),
    _Maker(
        names=re.compile(r"^grok-"),
        words=frozenset({"grok", "x-ai"}),
        host="api.x.ai",
        form="MMDD",
        latest=("grok-4-0709",),
    ),
    _Maker(
        names=re.compile(r"^(mistral|ministral|magistral|codestral|devstral|pixtral|voxtral)-"),
        words=frozenset({"mistral", "mistralai"}),
        host="api.mistral.ai",
        form="YYMM",
        latest=("mistral-large-2411",),
        closed=False,
    ),
    # Its own service serves just these two, each as whatever is newest; gateways have dated ones.
    _Maker(
        names=re.compile(r"^deepseek-(chat|reasoner)"),
        words=frozenset({"deepseek"}),
        host="api.deepseek.com",
        form="vN-MMDD",
        closed=False,
    ),
)


def pinned_name_advice(provider_model: str, base_url: str | None = None) -> str | None:
    """Return what to write instead of a floating alias, or None when the name is fixed.

    A name is floating when it ends in a word such as ``latest``, or when its maker publishes dated
    names, speaks here, directly or through a gateway, and this one bears no date. Names of other
    makers and of servers of one's own are taken at their word: only their operator moves them.

    Args:
        provider_model: ``provider/model`` as in Inspect, for instance ``openai/gpt-4o``.
        base_url: Where it is asked; a maker's own address is no server of one's own.

    >>> pinned_name_advice("openai/gpt-4o-2024-08-06") is None
    True
    >>> pinned_name_advice("openai/o3")
    'openai/o3-YYYY-MM-DD, such as o3-2025-04-16'
    >>> pinned_name_advice("openai-api/mine/gpt-4o", "https://api.openai.com/v1")
    'openai-api/mine/gpt-4o-YYYY-MM-DD, such as gpt-4o-2024-08-06'
    >>> pinned_name_advice("together/qwen-latest")
    'together/qwen-<version>, the fixed name of the version you mean'
    """
    prefix, _, model = provider_model.rpartition("/")
    floating_word = _FLOATING_WORDS.search(model)
    if _DATED.search(model) and not floating_word:
        return None
    bare = model[: floating_word.start()] if floating_word else model
    for maker in _MAKERS:
        if maker.names.search(model) and maker.speaks(provider_model, base_url):
            return maker.advice(prefix, bare.removeprefix("chat").partition(":")[0])
    if floating_word:
        return f"{prefix}/{bare}-<version>, the fixed name of the version you mean"
    return None
