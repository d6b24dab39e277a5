"""Asks a provider for its list of models: one GET, no completion, bounded in time and size."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx

from evals.listing import Listing, read_listing
from evals.redaction import redact

if TYPE_CHECKING:
    from evals.listing import ListingPlace

LARGEST_BYTES: Final = 8 * 1024 * 1024
CONNECT_SECONDS: Final = 10.0
WHOLE_SECONDS: Final = 30.0

_NOT_FOUND: Final = 404
_KEY_REFUSED: Final = (401, 403)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """A listing, or why there is none; neither where nobody was asked."""

    listing: Listing | None = None
    failure: str | None = None


class _Refused(Exception):  # noqa: N818 - the name says what happened
    """What came back is no listing; the message says why."""


def fetch_listing(place: ListingPlace, key: str | None) -> Fetched:
    """Ask ``place`` with ``key``; whatever goes wrong is a failure in words, never an exception.

    A redirect is refused: the key goes nowhere else than it was meant for.
    """
    try:
        return Fetched(listing=_read(place, key))
    except (_Refused, httpx.HTTPError, httpx.InvalidURL) as error:
        words = str(error) or type(error).__name__
        return Fetched(failure=str(redact(words, key)))


def _read(place: ListingPlace, key: str | None) -> Listing:
    headers = dict(place.headers)
    if key is not None:
        headers[place.key_header] = f"{place.key_prefix}{key}"
    limits = httpx.Timeout(WHOLE_SECONDS, connect=CONNECT_SECONDS)
    with (
        httpx.Client(timeout=limits, follow_redirects=False) as client,
        client.stream("GET", place.url, headers=headers) as response,
    ):
        if response.status_code == _NOT_FOUND and place.page_of_one:
            return Listing(model=None)
        _refuse_status(response)
        body = _bounded(response)
    try:
        return read_listing(json.loads(body), place.model)
    except (ValueError, RecursionError) as error:
        why = "it is no JSON" if isinstance(error, json.JSONDecodeError) else str(error)
        raise _Refused(why) from error


def _refuse_status(response: httpx.Response) -> None:
    if response.status_code in _KEY_REFUSED:
        raise _Refused(f"the key was refused ({response.status_code})")
    if response.is_redirect:
        raise _Refused("it redirects elsewhere, and the key is not taken along")
    if not response.is_success:
        raise _Refused(f"it answered {response.status_code}")


def _bounded(response: httpx.Response) -> bytes:
    """Read the body, unless it is larger or slower than any list of models."""
    until = time.monotonic() + WHOLE_SECONDS
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > LARGEST_BYTES:
            raise _Refused(f"it is larger than {LARGEST_BYTES // 1024 // 1024} MB")
        if time.monotonic() > until:
            raise _Refused(f"it took longer than {WHOLE_SECONDS:g} seconds")
    return bytes(body)
