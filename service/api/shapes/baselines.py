"""Baselines as they travel, and how one is blessed or retired."""
# ruff: noqa: TC003 - pydantic reads the annotations of its models at run time

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from service.api.shapes.base import Order, Shape, shown

if TYPE_CHECKING:
    from service.store.baselines import Baseline as Stored

_WHY = "eight passes on three quiet days"
_BASELINE: dict[str, Any] = {
    "name": "support-2026-11",
    "endpoint": "support-prod",
    "suite": "weekly",
    "pin_digest": "9d1f" * 16,
    "who": "ana",
    "why": _WHY,
    "runs": ["20261120-0600-11aa", "20261121-0600-22bb"],
    "blessed_at": "2026-11-22T08:00:00Z",
    "retired_at": None,
}
Words = Annotated[str, Field(min_length=1, max_length=2000)]


class Baseline(Shape):
    """Blessed runs of one pin; they never move by themselves.

    Attributes:
        who: The token, or the person, that blessed them.
        retired_at: Null while it holds.
    """

    model_config = shown(_BASELINE)

    name: str
    endpoint: str
    suite: str
    pin_digest: str
    who: str
    why: str
    runs: tuple[str, ...]
    blessed_at: datetime
    retired_at: datetime | None

    @classmethod
    def of(cls, stored: Stored) -> Baseline:
        """Return a stored baseline as it travels."""
        return cls(
            name=stored.name,
            endpoint=stored.endpoint,
            suite=stored.suite,
            pin_digest=stored.pin_digest,
            who=stored.who,
            why=stored.why,
            runs=stored.run_ids,
            blessed_at=stored.created_at,
            retired_at=stored.retired_at,
        )


class Bless(Order):
    """Completed runs of one endpoint, pin and suite, and why they are what should stay."""

    model_config = shown({"name": "support-2026-11", "runs": ["20261120-0600-11aa"], "why": _WHY})

    name: Annotated[str, Field(min_length=1, max_length=200)]
    runs: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(min_length=1)]
    why: Words


class Retire(Order):
    """Why a baseline ends."""

    model_config = shown({"why": "the system prompt changed on purpose"})

    why: Words
