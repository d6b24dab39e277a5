"""Pin: look at an endpoint at no cost, and keep what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from evals.compare.fingerprint import fingerprint_changes
from evals.listing import listing_place
from evals.pin_check import PinFacts, check_pin, wait_after
from evals.records import RunStatus
from evals.shutdowns import announced_shutdown
from service import telling
from service.alerting.of_pin import observations_of_look
from service.db.session import reading, writing
from service.model_list import Fetched, fetch_listing
from service.store import baselines, documents, pin_checks, runs, schedules
from service.store.pin_checks import StoredPinCheck

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from evals.compare.comparison import FingerprintChange
    from evals.endpoint import Endpoint, Pin
    from service.alerting.routing import Routing


@dataclass(frozen=True, kw_only=True, slots=True)
class DueLook:
    """A regular look at an endpoint, and since when it is due."""

    endpoint: str
    due_at: datetime


def due_looks(
    session: Session, *, now: datetime, known: Collection[str] | None = None
) -> tuple[DueLook, ...]:
    """Return the looks that are due: once a day for every endpoint that a schedule names.

    Only at endpoints ``known`` to the configuration, where that is given: nobody can look at one
    that the file no longer has, and its schedule says so at every slot.

    Sooner where the last one found a break or could not read the list. Every worker finds the same
    moments, so that the unique key lets one look of each stand.
    """
    watched = {name for one in schedules.in_force(session) for name in one.schedule.endpoint}
    return _due(session, watched if known is None else watched.intersection(known), now=now)


def _due(session: Session, watched: Collection[str], *, now: datetime) -> tuple[DueLook, ...]:
    last = {one.endpoint: one for one in pin_checks.latest(session, watched)}
    today = datetime.combine(now.astimezone(UTC), time(), tzinfo=UTC)
    looks = (
        DueLook(
            endpoint=name,
            due_at=last[name].checked_at + wait_after(last[name].check) if name in last else today,
        )
        for name in sorted(watched)
    )
    return tuple(look for look in looks if look.due_at <= now)


def look_at_pin(
    engine: Engine,
    name: str,
    endpoint: Endpoint,
    pin: Pin,
    *,
    key: str | None,
    routing: Routing | None,
    now: datetime,
    due_at: datetime | None = None,
) -> StoredPinCheck:
    """Ask the provider for its list, weigh it with what is stored, keep the look, and tell.

    Of two workers that look for the same ``due_at`` the first leaves its row and tells; both return
    what they saw. Without ``routing``, as for a look by hand, nobody is told.
    """
    fetched = _fetched(endpoint, key)
    with reading(engine) as session:
        facts = _facts(session, name, endpoint, pin, fetched)
    look = StoredPinCheck(
        endpoint=name,
        pin_digest=pin.digest,
        checked_at=now,
        listed=None if fetched.listing is None else fetched.listing.model is not None,
        check=check_pin(facts, today=now.astimezone(UTC).date()),
    )
    with writing(engine) as session:
        documents.save_pin(
            session, endpoint=name, digest=pin.digest, document=pin.document(), now=now
        )
        if pin_checks.add(session, look, due_at=due_at) and routing is not None:
            source = f"pin look {name} {now.isoformat()}"
            seen = observations_of_look(name, look.check, source=source, now=now)
            telling.observe_in(session, seen, routing, now)
    return look


def _fetched(endpoint: Endpoint, key: str | None) -> Fetched:
    place = listing_place(endpoint)
    return Fetched() if place is None else fetch_listing(place, key)


def _facts(session: Session, name: str, endpoint: Endpoint, pin: Pin, fetched: Fetched) -> PinFacts:
    place = listing_place(endpoint)
    return PinFacts(
        model=endpoint.model if place is None else place.model,
        alias_allowed=endpoint.allow_alias,
        listing=fetched.listing,
        failure=fetched.failure,
        announced=announced_shutdown(endpoint.model) if endpoint.base_url is None else None,
        revealed=_revealed(session, name, endpoint, pin),
        earlier=pin_checks.earlier(session, endpoint=name, pin_digest=pin.digest),
    )


def _revealed(
    session: Session, name: str, endpoint: Endpoint, pin: Pin
) -> tuple[FingerprintChange, ...]:
    """Say how what the last run of this pin revealed differs from its baseline, if it has one."""
    last = next(
        (
            run
            for run in runs.newest(session, endpoint=name, statuses=[RunStatus.COMPLETED], limit=5)
            if run.pin_digest == pin.digest
        ),
        None,
    )
    now = None if last is None else runs.fingerprint(session, last.id)
    if last is None or now is None:
        return ()
    found = baselines.find(session, endpoint=name, suite=last.suite, pin_digest=pin.digest)
    blessed = () if found is None else found.run_ids
    if last.id in blessed:
        return ()
    before = (runs.fingerprint(session, run_id) for run_id in blessed)
    known = [one for one in before if one is not None]
    return fingerprint_changes(now, known, alias_allowed=endpoint.allow_alias)
