"""Texts under their digest: what thousands of samples share is stored once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.digest import text_digest
from service.db.tables import TextRow
from service.store.absent import insert_absent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


def save(session: Session, texts: Iterable[str]) -> None:
    """Store every text under `evals.digest.text_digest`; known ones are left as they are."""
    by_digest = {text_digest(text): text for text in texts}
    rows = [{"digest": digest, "text": by_digest[digest]} for digest in sorted(by_digest)]
    insert_absent(session, TextRow, rows)


def load(session: Session, digest: str) -> str | None:
    """Return the text exactly as it was stored; None for an unknown digest."""
    row = session.get(TextRow, digest)
    return None if row is None else row.text
