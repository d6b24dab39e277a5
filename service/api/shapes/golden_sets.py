"""Golden sets and their versions as they travel."""
# ruff: noqa: TC003 - pydantic reads the annotations of its models at run time

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from service.api.shapes.base import Shape, shown

if TYPE_CHECKING:
    from service.store.golden import StoredVersion

_VERSION: dict[str, Any] = {
    "name": "support-faq",
    "label": "1.0.0",
    "digest": "77b2" * 16,
    "description": "What customers ask support.",
    "items": 200,
    "stored_at": "2026-11-02T09:12:44Z",
}


class GoldenVersion(Shape):
    """One version that was run: a label, bound to its content for good."""

    model_config = shown(_VERSION)

    name: str
    label: str
    digest: str
    description: str
    items: int
    stored_at: datetime

    @classmethod
    def of(cls, stored: StoredVersion) -> GoldenVersion:
        """Return a stored version as it travels."""
        return cls(
            name=stored.name,
            label=stored.label,
            digest=stored.digest,
            description=stored.description,
            items=stored.items,
            stored_at=stored.created_at,
        )


class GoldenSet(Shape):
    """A golden set, or the questions of a probe (``probe:NAME``).

    Attributes:
        in_reach: Whether its folder is there to be asked; else only the store knows it.
        versions: Those that were run, the newest first.
    """

    model_config = shown({"name": "support-faq", "in_reach": True, "versions": [_VERSION]})

    name: str
    in_reach: bool
    versions: tuple[GoldenVersion, ...]


class GoldenItem(Shape):
    """One item of a version, as its digest covers it."""

    model_config = shown(
        {
            "position": 0,
            "item": {
                "id": "refund-window",
                "messages": [{"role": "user", "content": "How long can I return an order?"}],
                "targets": ["30 days"],
                "scorer": {"type": "exact"},
                "tags": ["refunds"],
                "cluster": None,
                "severity": "high",
                "notes": "",
            },
        }
    )

    position: int
    item: dict[str, Any]
