"""Leases: which connections under one key are whose. All workers together keep within its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from service.db.tables import KeyLeaseRow
from service.store.absent import insert_absent
from service.store.changes import count_changed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


_ATTEMPT = "#"


def take(
    session: Session,
    key: str,
    holder: str,
    *,
    wanted: int,
    limit: int,
    now: datetime,
    expires_at: datetime,
) -> int:
    """Lease up to ``wanted`` of the connections 1 to ``limit``; return how many are ours then.

    What has expired is free. What earlier attempts of ``holder`` still have is its own from now on.
    Of two that take the same connection at once, the unique key lets the first have it.
    """
    _succeed(session, key, holder)
    expired = (KeyLeaseRow.key == key) & (KeyLeaseRow.expires_at <= now)
    count_changed(session, delete(KeyLeaseRow).where(expired, KeyLeaseRow.holder != holder))
    ours = sorted(number for number, whose in _held(session, key).items() if whose == holder)
    for number in ours[wanted:]:
        count_changed(session, delete(KeyLeaseRow).where(_is(key, number, holder)))
    renew(session, holder, key=key, expires_at=expires_at)
    count, row = min(len(ours), wanted), {"key": key, "holder": holder, "expires_at": expires_at}
    while free := _free(session, key, limit):
        more = [row | {"connection": number} for number in free[: wanted - count]]
        count += len(insert_absent(session, KeyLeaseRow, more, "connection"))
        if count == wanted:
            break  # else others were faster, and what they left is looked at again
    return count


def renew(session: Session, holder: str, *, key: str, expires_at: datetime) -> int:
    """Keep what ``holder`` has under a key for longer; return how many connections it still has."""
    statement = update(KeyLeaseRow).where(KeyLeaseRow.key == key, KeyLeaseRow.holder == holder)
    return count_changed(session, statement.values(expires_at=expires_at))


def holder_of(part: str, attempt: str) -> str:
    """Return the holder that an attempt at a part of a run is; each has its own.

    >>> holder_of("20260301-1200-ab12/0", "5f")
    '20260301-1200-ab12/0#5f'
    """
    return f"{part}{_ATTEMPT}{attempt}"


def give_back(session: Session, holder: str) -> None:
    """Free all that ``holder`` has."""
    count_changed(session, delete(KeyLeaseRow).where(KeyLeaseRow.holder == holder))


def in_use(session: Session, *, now: datetime) -> dict[str, int]:
    """Return how many connections under each key are leased."""
    statement = select(KeyLeaseRow.key, func.count()).where(KeyLeaseRow.expires_at > now)
    return dict(session.execute(statement.group_by(KeyLeaseRow.key)).all())


def _succeed(session: Session, key: str, holder: str) -> None:
    """Take what earlier attempts at the same part have, so that they can give nothing of it back.

    Who leases for a part holds its claim: whoever had it before has lost it.
    """
    part, _, _ = holder.partition(_ATTEMPT)
    ours = KeyLeaseRow.holder.startswith(holder_of(part, ""), autoescape=True)
    statement = update(KeyLeaseRow).where(KeyLeaseRow.key == key, ours)
    count_changed(session, statement.values(holder=holder))


def _held(session: Session, key: str) -> dict[int, str]:
    rows = select(KeyLeaseRow.connection, KeyLeaseRow.holder).where(KeyLeaseRow.key == key)
    return dict(session.execute(rows).all())


def _free(session: Session, key: str, limit: int) -> list[int]:
    held = _held(session, key)
    return [number for number in range(1, limit + 1) if number not in held]


def _is(key: str, number: int, holder: str) -> ColumnElement[bool]:
    return (
        (KeyLeaseRow.key == key)
        & (KeyLeaseRow.connection == number)
        & (KeyLeaseRow.holder == holder)
    )
