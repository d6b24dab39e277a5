"""Which of Slack's requests were taken: whoever catches one and sends it again changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete

from service.db.tables import SlackCallbackRow
from service.store.absent import insert_absent

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

GOOD_FOR: Final = timedelta(minutes=5)
"""How old a signed request may be, or how far ahead its clock."""


def take(session: Session, digest: str, *, now: datetime) -> bool:
    """Take the request whose signature has this sha256; False when it was taken before.

    Of two that send the same one, the primary key lets one. What is too old to be good anyhow is
    forgotten, as the time stamp refuses it.
    """
    session.execute(
        delete(SlackCallbackRow).where(SlackCallbackRow.received_at < now - 3 * GOOD_FOR)
    )
    row = {"digest": digest, "received_at": now}
    return bool(insert_absent(session, SlackCallbackRow, [row], "digest"))
