"""Versions of golden sets; an item that many versions share is stored once."""

from __future__ import annotations

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Digest, Document, Instant


class GoldenItemRow(Base):
    """One item as it was written.

    ``digest`` covers the whole document; ``content_digest``, the basis of comparisons, leaves out
    tags and notes and is what a sample names.
    """

    __tablename__ = "golden_items"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    content_digest: Mapped[Digest] = mapped_column(index=True)
    document: Mapped[Document]


class GoldenVersionRow(Base):
    """A label that is bound to its content for good."""

    __tablename__ = "golden_set_versions"

    name: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[Digest] = mapped_column(index=True)
    description: Mapped[str]
    created_at: Mapped[Instant]


class GoldenMemberRow(Base):
    """The place of an item in a version."""

    __tablename__ = "golden_set_members"
    __table_args__ = (
        ForeignKeyConstraint(
            ["name", "label"], ["golden_set_versions.name", "golden_set_versions.label"]
        ),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item_digest: Mapped[Digest] = mapped_column(ForeignKey("golden_items.digest"))
