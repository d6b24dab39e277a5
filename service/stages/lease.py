"""Lease: a share of what a key's owner allows, so that all workers together never exceed it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_hex
from typing import TYPE_CHECKING

from service.db.session import writing
from service.errors import KeyBusy
from service.store import leases

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine

    from evals.endpoint import Endpoint
    from service.subject import Subject

LASTS = timedelta(seconds=60)
RENEW_EVERY = timedelta(seconds=10)


@dataclass(slots=True)
class Leased:
    """Connections that are ours until they are given back, or not renewed for a minute."""

    engine: Engine
    holder: str
    clock: Callable[[], datetime]
    connections: dict[str, int]
    renewed_at: datetime

    def renew(self) -> None:
        """Keep them, every ten seconds at most.

        Raises:
            KeyBusy: They had expired, and others use some of them by now.
        """
        now = self.clock()
        if now - self.renewed_at < RENEW_EVERY:
            return
        with writing(self.engine) as session:
            for key, count in self.connections.items():
                expires_at = now + LASTS
                if leases.renew(session, self.holder, key=key, expires_at=expires_at) < count:
                    raise KeyBusy(f"the connections under {key} are used by others by now")
        self.renewed_at = now

    def give_back(self) -> None:
        """Let others use them."""
        with writing(self.engine) as session:
            leases.give_back(session, self.holder)

    def within(self, subject: Subject) -> Subject:
        """Return ``subject`` with limits that are our share of its endpoints' limits.

        Requests a minute are shared in the proportion of connections.
        """
        judge = subject.judge
        return replace(
            subject,
            endpoint=self._share(subject.endpoint),
            judge=None if judge is None else self._share(judge),
        )

    def _share(self, endpoint: Endpoint) -> Endpoint:
        limits = endpoint.limits
        granted = min(self.connections[lease_key(endpoint)], limits.max_connections)
        rate = limits.requests_per_minute
        share = {
            "max_connections": granted,
            "requests_per_minute": rate and rate * granted / limits.max_connections,
        }
        return endpoint.model_copy(update={"limits": limits.model_copy(update=share)})


def lease(
    engine: Engine,
    subject: Subject,
    part: str,
    *,
    parts: int = 1,
    most: int | None = None,
    clock: Callable[[], datetime],
) -> Leased:
    """Lease what asking needs: of each key the fair share of one of ``parts``, or what is free.

    ``part`` is what is asked, a run or one of its shards. Each attempt at it has its own lease, and
    takes that of the attempt before, whose claim is lost. ``most`` is how many connections are
    wanted at all, if fewer than the endpoint allows.

    A judge is asked by as many as ask the endpoint, at most. Endpoint and judge under one key share
    one lease: a conversation waits for one of them at a time.

    Raises:
        KeyBusy: Others use every connection; nothing is held then.
    """
    now, holder = clock(), leases.holder_of(part, token_hex(8))
    found: dict[str, int] = {}
    with writing(engine) as session:
        for endpoint in (subject.endpoint, subject.judge):
            if endpoint is None or lease_key(endpoint) in found:
                continue
            limit, key = endpoint.limits.max_connections, lease_key(endpoint)
            wanted = min([-(-limit // parts), most or limit, *found.values()])
            found[key] = leases.take(
                session,
                key,
                holder,
                wanted=wanted,
                limit=limit,
                now=now,
                expires_at=now + LASTS,
            )
            if not found[key]:
                raise KeyBusy(f"every connection under {key} is in use")
    return Leased(engine, holder, clock, found, now)


def lease_key(endpoint: Endpoint) -> str:
    """Return what a limit belongs to: the variable that holds the key, or the place without one.

    >>> from evals.endpoint import Endpoint
    >>> lease_key(Endpoint(model="openai/gpt-4o-2024-08-06"))
    'OPENAI_API_KEY'
    """
    return endpoint.key_variable or endpoint.base_url or endpoint.provider
