"""Versions of golden sets: every version that was ever run stays readable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from evals.digest import digest_of
from evals.errors import GoldenSetError
from evals.golden_set import MAIN_ARM, ChatMessage, GoldenSet, Item, ScorerSpec, Severity
from service.db.tables import GoldenItemRow, GoldenMemberRow, GoldenVersionRow
from service.store.absent import insert_absent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


def save(session: Session, golden_set: GoldenSet, *, now: datetime) -> None:
    """Store a version once; saving the same content under the same label again does nothing.

    Raises `GoldenSetError` when the label is already bound to other content.
    """
    version = {
        "name": golden_set.name,
        "label": golden_set.version,
        "digest": golden_set.digest,
        "description": golden_set.description,
        "created_at": now,
    }
    if insert_absent(session, GoldenVersionRow, [version], "name"):
        _save_items(session, golden_set)
    else:
        _refuse_other_content(session, golden_set)


def load(session: Session, *, name: str, label: str) -> GoldenSet | None:
    """Return the version that ``label`` names; None when it was never stored."""
    version = session.get(GoldenVersionRow, (name, label))
    return None if version is None else _golden_set(session, version)


def load_digest(session: Session, digest: str) -> GoldenSet | None:
    """Return a version with this content, the first stored one; None when there is none."""
    statement = (
        select(GoldenVersionRow)
        .where(GoldenVersionRow.digest == digest)
        .order_by(GoldenVersionRow.created_at, GoldenVersionRow.name, GoldenVersionRow.label)
        .limit(1)
    )
    version = session.scalars(statement).first()
    return None if version is None else _golden_set(session, version)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredVersion:
    """A version that was run, or saved to be: its label and content, without its items."""

    name: str
    label: str
    digest: str
    description: str
    items: int
    created_at: datetime


def versions(session: Session, *, name: str | None = None) -> tuple[StoredVersion, ...]:
    """Return the stored versions by name, the newest of each first."""
    count = (
        select(func.count())
        .select_from(GoldenMemberRow)
        .where(GoldenMemberRow.name == GoldenVersionRow.name)
        .where(GoldenMemberRow.label == GoldenVersionRow.label)
        .scalar_subquery()
    )
    statement = select(GoldenVersionRow, count)
    if name is not None:
        statement = statement.where(GoldenVersionRow.name == name)
    rows = session.execute(statement).all()
    found = [
        StoredVersion(
            name=row.name,
            label=row.label,
            digest=row.digest,
            description=row.description,
            items=items,
            created_at=row.created_at,
        )
        for row, items in rows
    ]
    found.sort(key=lambda one: (one.created_at, one.label), reverse=True)
    return tuple(sorted(found, key=lambda one: one.name))  # sorting keeps equals in their order


def items_page(
    session: Session, *, name: str, label: str, after: int = -1, limit: int = 50
) -> tuple[tuple[int, dict[str, Any]], ...]:
    """Return up to ``limit`` items of a version as documents, with their positions from 0.

    ``after`` is the position of the last one seen.
    """
    statement = (
        select(GoldenMemberRow.position, GoldenItemRow.document)
        .join(GoldenItemRow, GoldenItemRow.digest == GoldenMemberRow.item_digest)
        .where(GoldenMemberRow.name == name, GoldenMemberRow.label == label)
        .where(GoldenMemberRow.position > after)
        .order_by(GoldenMemberRow.position)
        .limit(limit)
    )
    return tuple((position, document) for position, document in session.execute(statement))


def _save_items(session: Session, golden_set: GoldenSet) -> None:
    digests = [digest_of(item.document()) for item in golden_set.items]
    items = {
        digest: {
            "digest": digest,
            "content_digest": item.content_digest,
            "document": item.document(),
        }
        for digest, item in zip(digests, golden_set.items, strict=True)
    }
    members = [
        {
            "name": golden_set.name,
            "label": golden_set.version,
            "position": position,
            "item_digest": digest,
        }
        for position, digest in enumerate(digests)
    ]
    insert_absent(session, GoldenItemRow, [items[digest] for digest in sorted(items)])
    insert_absent(session, GoldenMemberRow, members)


def _refuse_other_content(session: Session, golden_set: GoldenSet) -> None:
    stored = session.get_one(GoldenVersionRow, (golden_set.name, golden_set.version))
    if stored.digest != golden_set.digest:
        raise GoldenSetError(
            f"golden set {golden_set.name!r} changed under the label {golden_set.version!r}: "
            f"the store has {stored.digest[:12]}, this is {golden_set.digest[:12]}",
            where=f"golden set {golden_set.name}",
            fix="Give the new content a new version in manifest.yaml, or restore the old one.",
        )


def _golden_set(session: Session, version: GoldenVersionRow) -> GoldenSet:
    statement = (
        select(GoldenItemRow.document)
        .join(GoldenMemberRow, GoldenMemberRow.item_digest == GoldenItemRow.digest)
        .where(GoldenMemberRow.name == version.name, GoldenMemberRow.label == version.label)
        .order_by(GoldenMemberRow.position)
    )
    return GoldenSet(
        name=version.name,
        version=version.label,
        items=tuple(_item(document) for document in session.scalars(statement)),
        description=version.description,
    )


def _item(document: Mapping[str, Any]) -> Item:
    """Undo `Item.document`."""
    scorer = dict(document["scorer"])
    return Item(
        id=document["id"],
        messages=tuple(ChatMessage(**message) for message in document["messages"]),
        targets=tuple(document["targets"]),
        scorer=ScorerSpec(name=scorer.pop("type"), options=scorer),
        tags=tuple(document["tags"]),
        cluster=document["cluster"],
        severity=Severity(document["severity"]),
        notes=document["notes"],
        arm=document.get("arm", MAIN_ARM),
        turns=tuple(document.get("turns", ())),
        conversation=document.get("conversation"),
        max_tokens=document.get("max_tokens"),
        top_logprobs=document.get("top_logprobs"),
        reply=document.get("reply"),
    )
