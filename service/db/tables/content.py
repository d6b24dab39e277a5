"""Content under its digest: texts, and the documents that define what is run."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, Digest, Document, Instant


class TextRow(Base):
    """One distinct text: a reply, an error message, the parameters of a call."""

    __tablename__ = "texts"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    text: Mapped[str]


class PinRow(Base):
    """All that we chose for the calls to one endpoint, frozen. Key variables by name only."""

    __tablename__ = "pins"

    endpoint: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    document: Mapped[Document]
    created_at: Mapped[Instant]


class SuiteRow(Base):
    """One content of a suite."""

    __tablename__ = "suites"

    name: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    document: Mapped[Document]
    created_at: Mapped[Instant]


class PolicyRow(Base):
    """The thresholds that led to a verdict."""

    __tablename__ = "policies"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    document: Mapped[Document]
    created_at: Mapped[Instant]
