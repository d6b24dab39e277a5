"""Requests that Slack has signed and sent: each is taken once."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Digest, Instant


class SlackCallbackRow(Base):
    """One signature that was taken, as its sha256; kept while its time stamp is good."""

    __tablename__ = "slack_callbacks"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    received_at: Mapped[Instant]
