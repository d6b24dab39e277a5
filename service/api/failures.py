"""Failed tries to get in: who fails too often is sent away before the store is asked."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from datetime import datetime

MOST_FAILURES: Final = 10
WINDOW: Final = timedelta(minutes=1)
MOST_CLIENTS: Final = 4096
MOST_KNOWN: Final = 1024


@dataclass(slots=True)
class Failures:
    """Counts failures per client within a minute; memory is bounded, the stalest entry gives way.

    Nobody guesses 256 bits: what is protected is the store and the log. So a token that was good
    lately is let through however often others behind the same address failed.
    """

    _counts: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)
    _known: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, client: str, digest: str, *, now: datetime) -> timedelta | None:
        """Return how long this client has to wait with this token; None if it need not."""
        with self._lock:
            since, count = self._counts.get(_network(client), (now, 0))
            left = since + WINDOW - now
            blocked = count >= MOST_FAILURES and left > timedelta(0)
            return left if blocked and digest not in self._known else None

    def failed(self, client: str, digest: str, *, now: datetime) -> None:
        """Count a failure; a token that failed is a known one no more."""
        network = _network(client)
        with self._lock:
            self._known.pop(digest, None)
            since, count = self._counts.pop(network, (now, 0))
            fresh = now - since >= WINDOW
            self._counts[network] = (now, 1) if fresh else (since, count + 1)
            _trim(self._counts, MOST_CLIENTS)

    def succeeded(self, digest: str) -> None:
        """Remember that a token was good."""
        with self._lock:
            self._known[digest] = None
            self._known.move_to_end(digest)
            _trim(self._known, MOST_KNOWN)


def _trim(entries: OrderedDict[str, Any], most: int) -> None:
    while len(entries) > most:
        entries.popitem(last=False)


def _network(client: str) -> str:
    """Count a whole /64 as one client: an IPv6 user has that many addresses to fail from."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
