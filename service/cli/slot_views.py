"""Slots as a table and as documents; apart from schedules, whose moments take longer to load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from evals.numbers import moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from service.timetable.slot import Slot


def slot_documents(slots: Iterable[Slot]) -> list[dict[str, Any]]:
    """Return slots as JSON values."""
    return [
        {
            "id": slot.id,
            "schedule": slot.schedule,
            "endpoint": slot.endpoint,
            "suite": slot.suite,
            "due_at": iso(slot.due_at),
            "starts_at": iso(slot.starts_at),
            "deadline_at": iso(slot.deadline_at),
            "state": slot.state.value,
            "reason": slot.reason,
            "decided_at": iso(slot.decided_at),
            "run": slot.run_id,
        }
        for slot in slots
    ]


def slot_table(slots: Iterable[Slot]) -> Table:
    """Return slots as a table."""
    table = lines("due", "schedule", "endpoint", "suite", "state", "run", "why")
    for slot in slots:
        cells = (slot.schedule, slot.endpoint, slot.suite, slot.state.value, slot.run_id or "-")
        table.add_row(moment(slot.due_at), *(Text(cell) for cell in (*cells, slot.reason)))
    return table


def lines(*headings: str) -> Table:
    """Return an empty table under ``headings``."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, no_wrap=heading in ("due", "run", "next"), overflow="fold")
    return table


def iso(when: datetime | None) -> str | None:
    """Return a moment as JSON has it."""
    return None if when is None else when.isoformat()
