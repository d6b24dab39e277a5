"""A provider's own list of models: where it is, and what it says of one of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.endpoint import Endpoint


@dataclass(frozen=True, kw_only=True, slots=True)
class ListingPlace:
    """Where to ask for the list, at no cost.

    Attributes:
        url: Of the list, or of the one model where the provider has such a page.
        model: The name as the provider knows it.
        key_header: Which header carries the key.
        key_prefix: What stands before the key in it.
        headers: Others that the provider wants.
        page_of_one: It is the page of this model alone, so that 404 says that there is none.
    """

    url: str
    model: str
    key_header: str = "Authorization"
    key_prefix: str = "Bearer "
    headers: tuple[tuple[str, str], ...] = ()
    page_of_one: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedModel:
    """What a listing says of one model; None where it says nothing.

    Attributes:
        name: As listed.
        stands_for: The name behind it, where the listing resolves an alias.
        shutdown_on: The day on which it ends, as far as announced.
        retired: The listing keeps it as a record only.
    """

    name: str
    stands_for: str | None = None
    shutdown_on: date | None = None
    retired: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What a listing said: ``model`` is None where it lacks the one that was looked for."""

    model: ListedModel | None


# As in the providers of Inspect, which is asked through the same addresses.
_HOMES = {
    "deepseek": "https://api.deepseek.com",
    "fireworks": "https://api.fireworks.ai/inference/v1",
    "grok": "https://api.x.ai/v1",
    "groq": "https://api.groq.com/openai/v1",
    "hf-inference-providers": "https://router.huggingface.co/v1",
    "meta": "https://api.meta.ai/v1",
    "mistral": "https://api.mistral.ai/v1",
    "moonshot": "https://api.moonshot.ai/v1",
    "openai": "https://api.openai.com/v1",
    "openrouter": "https://openrouter.ai/api/v1",
    "sambanova": "https://api.sambanova.ai/v1",
    "together": "https://api.together.xyz/v1",
}
_CLOUDS = frozenset({"azure", "bedrock", "vertex"})
_ANTHROPIC_HEADERS = (("anthropic-version", "2023-06-01"),)
_LISTED_BY_SERVICE = frozenset({"openai-api", "openai-api-completions"})


def listing_place(endpoint: Endpoint) -> ListingPlace | None:
    """Return where the endpoint's provider lists its models; None where we know of no list.

    >>> from evals.endpoint import Endpoint
    >>> mine = Endpoint(model="openai-api/mine/m-1", base_url="http://127.0.0.1:8000/v1")
    >>> listing_place(mine).url, listing_place(mine).model
    ('http://127.0.0.1:8000/v1/models', 'm-1')
    >>> listing_place(Endpoint(model="openai/azure/my-deployment")) is None
    True
    """
    parts = endpoint.model.split("/")
    if parts[1] in _CLOUDS and len(parts) > 2:
        return None
    model = "/".join(parts[2:] if parts[0] in _LISTED_BY_SERVICE and parts[2:] else parts[1:])
    if endpoint.provider == "anthropic":
        home = endpoint.base_url or "https://api.anthropic.com"
        return ListingPlace(
            # This page resolves aliases, which the list leaves out.
            url=f"{home}/v1/models/{quote(model, safe='')}",
            model=model,
            key_header="x-api-key",
            key_prefix="",
            headers=_ANTHROPIC_HEADERS,
            page_of_one=True,
        )
    if endpoint.provider == "google":
        home = endpoint.base_url or "https://generativelanguage.googleapis.com"
        return ListingPlace(
            url=f"{home}/v1beta/models/{quote(model, safe='')}",
            model=model,
            key_header="x-goog-api-key",
            key_prefix="",
            page_of_one=True,
        )
    known = endpoint.base_url or _HOMES.get(endpoint.provider)
    return None if known is None else ListingPlace(url=f"{known}/models", model=model)


def read_listing(document: Any, model: str) -> Listing:
    """Say what a listing tells of ``model``, in any of the forms that providers use.

    Raises:
        ValueError: The document is no listing of models, or an empty one, which tells nothing.

    >>> read_listing({"data": [{"id": "a"}, {"id": "b", "shutdown_date": "2027-01-14"}]}, "b")
    ... # doctest: +NORMALIZE_WHITESPACE
    Listing(model=ListedModel(name='b', stands_for=None,
            shutdown_on=datetime.date(2027, 1, 14), retired=False))
    >>> read_listing({"data": [{"id": "a", "aliases": ["newest"]}]}, "newest").model.stands_for
    'a'
    >>> read_listing([{"id": "b"}], "a").model is None
    True
    """
    entries = _entries(document)
    named = next((one for one in entries if _name(one) == model), None)
    if named is not None:
        return Listing(model=_listed(named, model))
    behind = next((one for one in entries if model in _aliases(one)), None)
    if behind is None and len(entries) == 1 and not _is_list(document):
        behind = entries[0]  # the page of one model, asked for by another of its names
    return Listing(model=None if behind is None else _listed(behind, model))


def _is_list(document: Any) -> bool:
    return isinstance(document, list) or any(name in document for name in ("data", "models"))


def _entries(document: Any) -> list[Mapping[str, Any]]:
    found = document
    if isinstance(document, dict):
        found = document.get("data", document.get("models", [document]))
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError("it is no list of models")
    if not found:
        raise ValueError("it is empty")
    if any(not _name(one) for one in found):
        raise ValueError("a model in it has no name")
    return found


def _name(entry: Mapping[str, Any]) -> str:
    said = entry.get("id") or entry.get("name") or ""
    return str(said).removeprefix("models/")


def _aliases(entry: Mapping[str, Any]) -> list[Any]:
    aliases = entry.get("aliases")
    return aliases if isinstance(aliases, list) else []


def _listed(entry: Mapping[str, Any], asked: str) -> ListedModel:
    name = _name(entry)
    canonical = entry.get("canonical_slug")
    behind = canonical if isinstance(canonical, str) and canonical else name
    days = (
        entry.get(field)
        for field in ("shutdown_date", "retires_at", "expiration_date", "deprecation")
    )
    return ListedModel(
        name=asked,
        stands_for=None if behind == asked else behind,
        shutdown_on=next((day for day in map(_day, days) if day is not None), None),
        retired=entry.get("lifecycle") == "retired",
    )


def _day(said: Any) -> date | None:
    """Read a day from a date, a moment with its zone, or a Unix time; None for anything else.

    >>> _day("2026-11-30T23:00:00-05:00"), _day("soon")
    (datetime.date(2026, 12, 1), None)
    """
    try:
        if isinstance(said, int | float) and not isinstance(said, bool):
            return datetime.fromtimestamp(said, UTC).date()
        moment = datetime.fromisoformat(said)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()
