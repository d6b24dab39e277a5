"""Looks at pins: each is a row, and of several workers that look at once one leaves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from evals.pin_check import Earlier, Finding, FindingKind, PinCheck, PinState
from service.db.tables import PinCheckRow
from service.store.absent import insert_absent

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPinCheck:
    """A look, of which pin, and when; ``listed`` is None where no list was read."""

    endpoint: str
    pin_digest: str
    checked_at: datetime
    listed: bool | None
    check: PinCheck


def add(session: Session, look: StoredPinCheck, *, due_at: datetime | None) -> bool:
    """Store a look; return False where another worker has stored that of ``due_at`` before.

    Its pin must be stored before. A look that a person asked for has no ``due_at``.
    """
    row = {
        "endpoint": look.endpoint,
        "pin_digest": look.pin_digest,
        "due_at": due_at,
        "checked_at": look.checked_at,
        "state": look.check.state,
        "confirmed": look.check.confirmed,
        "listed": look.listed,
        "stands_for": look.check.stands_for,
        "shutdown_on": look.check.shutdown_on,
        "findings": [
            {"kind": one.kind, "state": one.state, "sentence": one.sentence}
            for one in look.check.findings
        ],
    }
    # The unique key on (endpoint, due_at) decides between workers; the first look stays.
    return bool(insert_absent(session, PinCheckRow, [row], "id"))


def latest(session: Session, endpoints: Collection[str] | None = None) -> list[StoredPinCheck]:
    """Return the newest look at each endpoint, in the order of their names.

    Endpoints that nobody has looked at are absent; without names, all that were ever looked at.
    """
    newest = select(func.max(PinCheckRow.id)).group_by(PinCheckRow.endpoint)
    if endpoints is not None:
        newest = newest.where(PinCheckRow.endpoint.in_(endpoints))
    rows = session.scalars(select(PinCheckRow).where(PinCheckRow.id.in_(newest)))
    return sorted(map(_stored, rows), key=lambda look: look.endpoint)


def history(session: Session, endpoint: str, *, limit: int = 50) -> list[StoredPinCheck]:
    """Return the latest looks at an endpoint, the newest first."""
    statement = select(PinCheckRow).where(PinCheckRow.endpoint == endpoint)
    return [_stored(row) for row in session.scalars(_newest_first(statement).limit(limit))]


def earlier(session: Session, *, endpoint: str, pin_digest: str) -> Earlier:
    """Return what the looks before found of this very pin."""
    of_pin = select(PinCheckRow).where(
        PinCheckRow.endpoint == endpoint, PinCheckRow.pin_digest == pin_digest
    )
    last = session.scalar(_newest_first(of_pin).limit(1))
    resolved = of_pin.where(PinCheckRow.stands_for.is_not(None))
    listed = session.scalar(_newest_first(of_pin.where(PinCheckRow.listed.is_(True))).limit(1))
    first = session.scalar(resolved.order_by(PinCheckRow.id).limit(1))
    return Earlier(
        listed=listed is not None,
        stands_for=None if first is None else first.stands_for,
        findings=() if last is None else _findings(last),
    )


def moved_alias(
    session: Session, *, endpoint: str, pin_digest: str, until: datetime | None
) -> tuple[str, str] | None:
    """Return what a name stood for at first, and at the last look until a moment, if that moved.

    None, too, where the move is not confirmed, or where the alias may move.
    """
    resolved = select(PinCheckRow).where(
        PinCheckRow.endpoint == endpoint,
        PinCheckRow.pin_digest == pin_digest,
        PinCheckRow.stands_for.is_not(None),
    )
    if until is not None:
        resolved = resolved.where(PinCheckRow.checked_at <= until)
    last = session.scalar(_newest_first(resolved).limit(1))
    first = session.scalar(resolved.order_by(PinCheckRow.id).limit(1))
    if first is None or last is None or first.stands_for is None or last.stands_for is None:
        return None
    broken = last.confirmed and last.state is PinState.BROKEN
    moved = first.stands_for != last.stands_for
    return (first.stands_for, last.stands_for) if broken and moved else None


def _newest_first(statement: Select[PinCheckRow]) -> Select[PinCheckRow]:
    return statement.order_by(PinCheckRow.id.desc())


def _stored(row: PinCheckRow) -> StoredPinCheck:
    return StoredPinCheck(
        endpoint=row.endpoint,
        pin_digest=row.pin_digest,
        checked_at=row.checked_at,
        listed=row.listed,
        check=PinCheck(
            state=row.state,
            findings=_findings(row),
            shutdown_on=row.shutdown_on,
            stands_for=row.stands_for,
            confirmed=row.confirmed,
        ),
    )


def _findings(row: PinCheckRow) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            kind=FindingKind(one["kind"]), state=PinState(one["state"]), sentence=one["sentence"]
        )
        for one in row.findings
    )
