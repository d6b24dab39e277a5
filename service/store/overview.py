"""The store in numbers, for those who watch Pinwatch itself; every query is bounded in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select

from evals.records import RunStatus
from service.db.tables import (
    AlertRow,
    HandedRunRow,
    NotificationAttemptRow,
    NotificationRow,
    PinCheckRow,
    RunRow,
    SampleRow,
    ScoreRow,
    SlotRow,
    VerdictRow,
)
from service.timetable.states import SlotState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from evals.call_state import CallState
    from evals.pin_check import PinState
    from evals.verdict import VerdictKind
    from service.alerting.delivery import Outcome, Standing

RECENT: Final = timedelta(days=30)
LAST_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checks:
    """What was checked of late.

    Attributes:
        runs: Planned within 30 days, by status.
        verdicts: The newest of each run planned within 30 days, by kind.
        broken_pins: How many of those verdicts say that the pin is broken.
        slots: Due within 30 days, by state.
    """

    runs: Mapping[RunStatus, int]
    verdicts: Mapping[VerdictKind, int]
    broken_pins: int
    slots: Mapping[SlotState, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What runs planned within a day asked: samples by state, calls with retries, tokens."""

    samples: Mapping[CallState, int]
    calls: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Work of one kind that nobody does yet: how much, and since when the oldest waits."""

    depth: int
    since: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What the workers have before them.

    Attributes:
        runs: Handed to the workers, due, and held by none of them.
        slots: Claimed, and without a run.
        running: Runs that some process performs now.
    """

    runs: Waiting
    slots: Waiting
    running: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """What is open, and whether people hear of it.

    Attributes:
        alerts: Not resolved, by kind, severity and state.
        pins: The newest look at each endpoint, by state.
        shutdowns: By endpoint, the day on which its model ends, where that is known.
        messages: Written within 30 days, by where they stand.
        attempts: To send a message within a day, by outcome.
    """

    alerts: Mapping[tuple[str, str, str], int]
    pins: Mapping[PinState, int]
    shutdowns: Mapping[str, date]
    messages: Mapping[Standing, int]
    attempts: Mapping[Outcome, int]


def checks(session: Session, *, now: datetime) -> Checks:
    """Count the checks of the last 30 days."""
    recent = RunRow.created_at >= now - RECENT
    newest = (
        select(func.max(VerdictRow.id))
        .join(RunRow, RunRow.id == VerdictRow.run_id)
        .where(recent)
        .group_by(VerdictRow.run_id)
    )
    by_status = select(RunRow.status, func.count()).where(recent)
    by_kind = select(VerdictRow.kind, func.count()).where(VerdictRow.id.in_(newest))
    broken = select(func.count()).where(VerdictRow.id.in_(newest), VerdictRow.pin_broken)
    by_state = select(SlotRow.state, func.count()).where(SlotRow.due_at >= now - RECENT)
    return Checks(
        runs=_pairs(session, by_status.group_by(RunRow.status)),
        verdicts=_pairs(session, by_kind.group_by(VerdictRow.kind)),
        broken_pins=session.scalar(broken) or 0,
        slots=_pairs(session, by_state.group_by(SlotRow.state)),
    )


def asked(session: Session, *, now: datetime) -> Asked:
    """Sum up what the runs of the last day asked."""
    last_day = RunRow.created_at >= now - LAST_DAY
    by_state = (
        select(ScoreRow.state, func.count())
        .join(SampleRow, SampleRow.id == ScoreRow.sample_id)
        .join(RunRow, RunRow.id == SampleRow.run_id)
        .where(last_day)
        .group_by(ScoreRow.state)
    )
    sums = select(
        func.sum(SampleRow.calls + SampleRow.retries),
        func.sum(SampleRow.input_tokens),
        func.sum(SampleRow.output_tokens),
    )
    of_day = sums.join(RunRow, RunRow.id == SampleRow.run_id).where(last_day)
    calls, input_tokens, output_tokens = session.execute(of_day).one()
    return Asked(
        samples=_pairs(session, by_state),
        calls=calls or 0,
        input_tokens=input_tokens or 0,
        output_tokens=output_tokens or 0,
    )


def work(session: Session, *, now: datetime) -> Work:
    """Count what waits for a worker, and what is done now.

    A run that waits for its confirmation or for another attempt waits from that moment on.
    """
    due = func.coalesce(HandedRunRow.not_before, HandedRunRow.handed_at)
    waiting = (
        select(func.count(), func.min(due))
        .join(RunRow, RunRow.id == HandedRunRow.run_id)
        .where(HandedRunRow.settled_at.is_(None), RunRow.heartbeat_at.is_(None))
        .where(or_(HandedRunRow.not_before.is_(None), HandedRunRow.not_before <= now))
    )
    claimed = select(func.count(), func.min(SlotRow.starts_at)).where(
        SlotRow.state == SlotState.CLAIMED
    )
    held = RunRow.status == RunStatus.RUNNING, RunRow.heartbeat_at.is_not(None)
    return Work(
        runs=_waiting(session, waiting),
        slots=_waiting(session, claimed),
        running=session.scalar(select(func.count()).where(*held)) or 0,
    )


def situation(session: Session, *, now: datetime) -> Situation:
    """Count what is open, how each pin was last seen, and what became of messages."""
    latest = PinCheckRow.id.in_(select(func.max(PinCheckRow.id)).group_by(PinCheckRow.endpoint))
    open_alerts = (
        select(AlertRow.kind, AlertRow.severity, AlertRow.state, func.count())
        .where(AlertRow.holds.is_not(None))
        .group_by(AlertRow.kind, AlertRow.severity, AlertRow.state)
    )
    by_state = select(PinCheckRow.state, func.count()).where(latest)
    ends = select(PinCheckRow.endpoint, PinCheckRow.shutdown_on)
    sent = select(NotificationRow.standing, func.count()).where(
        NotificationRow.created_at >= now - RECENT
    )
    tried = select(NotificationAttemptRow.outcome, func.count()).where(
        NotificationAttemptRow.created_at >= now - LAST_DAY
    )
    return Situation(
        alerts={
            (kind.value, severity.value, state.value): count
            for kind, severity, state, count in session.execute(open_alerts)
        },
        pins=_pairs(session, by_state.group_by(PinCheckRow.state)),
        shutdowns=_pairs(session, ends.where(latest, PinCheckRow.shutdown_on.is_not(None))),
        messages=_pairs(session, sent.group_by(NotificationRow.standing)),
        attempts=_pairs(session, tried.group_by(NotificationAttemptRow.outcome)),
    )


def _pairs(session: Session, statement: Select[Any, Any]) -> dict[Any, Any]:
    return dict(session.execute(statement).all())


def _waiting(session: Session, statement: Select[Any, Any]) -> Waiting:
    depth, since = session.execute(statement).one()
    return Waiting(depth=depth, since=since)
