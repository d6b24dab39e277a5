"""Schedules and slots with sensible defaults; tests name only what they are about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from evals.schedule import Schedule
from service.timetable.slot import Slot
from service.timetable.states import SlotState

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""The first default moment after the present of these tests."""


def a_schedule(**overrides: Any) -> Schedule:
    return Schedule(**{"endpoint": "prod", "suite": "weekly", "jitter_minutes": 0, **overrides})


def a_slot(**overrides: Any) -> Slot:
    due_at: datetime = overrides.get("due_at", MONDAY)
    return Slot(
        **{
            "id": 1,
            "schedule": "weekly",
            "endpoint": "prod",
            "suite": "weekly",
            "due_at": due_at,
            "starts_at": due_at,
            "deadline_at": due_at + timedelta(hours=6),
            "state": SlotState.DUE,
            "reason": "",
            "decided_at": due_at,
            "run_id": None,
            **overrides,
        }
    )
