"""Pins, suites and policies: documents under their digest, written once and never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.db.tables import PinRow, PolicyRow, SuiteRow
from service.store.absent import insert_absent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    Document = Mapping[str, Any]


def save_pin(
    session: Session, *, endpoint: str, digest: str, document: Document, now: datetime
) -> None:
    """Store a pin of ``endpoint``; no key may be in ``document``, only the names of variables."""
    row = {"endpoint": endpoint, "digest": digest, "document": dict(document), "created_at": now}
    insert_absent(session, PinRow, [row])


def load_pin(session: Session, *, endpoint: str, digest: str) -> dict[str, Any] | None:
    """Return the pin's document; None when it was never stored."""
    row = session.get(PinRow, (endpoint, digest))
    return None if row is None else row.document


def save_suite(
    session: Session, *, name: str, digest: str, document: Document, now: datetime
) -> None:
    """Store one content of the suite ``name``."""
    row = {"name": name, "digest": digest, "document": dict(document), "created_at": now}
    insert_absent(session, SuiteRow, [row])


def load_suite(session: Session, *, name: str, digest: str) -> dict[str, Any] | None:
    """Return the suite's document; None when it was never stored."""
    row = session.get(SuiteRow, (name, digest))
    return None if row is None else row.document


def save_policy(session: Session, *, digest: str, document: Document, now: datetime) -> None:
    """Store the thresholds that verdicts refer to by ``digest``."""
    row = {"digest": digest, "document": dict(document), "created_at": now}
    insert_absent(session, PolicyRow, [row])


def load_policy(session: Session, digest: str) -> dict[str, Any] | None:
    """Return the policy's document; None when it was never stored."""
    row = session.get(PolicyRow, digest)
    return None if row is None else row.document
