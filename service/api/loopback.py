"""Whether a request without a token comes from a person at this machine. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from evals.base_url import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def is_local(*, bound_to: str | None, peer: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a person at this machine asks a server that only this machine can reach.

    The Host header must name this machine: a page whose name was made to point here (DNS
    rebinding) names its own. A header that proxies add says that somebody else asks.
    """
    if bound_to is None or not is_loopback(bound_to):
        return False
    if peer is None or not is_loopback(peer):
        return False
    if any(name in headers for name in _FORWARDED):
        return False
    return is_loopback(_host_of(headers.get("host", "")))


def _host_of(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
