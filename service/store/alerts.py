"""Alerts: opened once while their condition holds, and changed only by transitions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import insert, select, update

from evals.report.notice import from_document, to_document
from service.alerting.alert import Alert, State
from service.alerting.condition import Condition
from service.alerting.suspicion import Suspicion
from service.db.tables import AlertRow, AlertTransitionRow
from service.errors import AlertNotFound
from service.store.absent import insert_absent

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import CursorResult, Select
    from sqlalchemy.orm import Session

    from evals.condition import AlertSeverity
    from evals.report.notice import NoticeKind
    from service.alerting.alert import Transition


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A transition as it is stored; ``id`` is its own, and `Transition.after` has the alert's."""

    id: int
    transition: Transition


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of an alert's history."""

    id: int
    before: State | None
    after: State
    reason: str
    actor: str
    source: str
    severity: AlertSeverity
    message: NoticeKind | None
    at: datetime


def newest_of(session: Session, condition: Condition) -> Alert | None:
    """Return the newest alert about ``condition``, resolved or not; None when there never was."""
    statement = _select().where(
        AlertRow.kind == condition.kind,
        AlertRow.endpoint == condition.endpoint,
        AlertRow.suite == condition.suite,
        AlertRow.name == condition.name,
    )
    row = session.scalars(statement.order_by(AlertRow.id.desc()).limit(1)).one_or_none()
    return None if row is None else _alert(row)


def get(session: Session, alert_id: int) -> Alert:
    """Return an alert; raises `AlertNotFound`."""
    row = session.scalars(_select().where(AlertRow.id == alert_id)).one_or_none()
    if row is None:
        raise AlertNotFound(
            f"there is no alert {alert_id}", fix="See them with `evals alerts list --all`."
        )
    return _alert(row)


def unresolved(session: Session, *, endpoint: str | None = None) -> tuple[Alert, ...]:
    """Return what is not over, the oldest first; of one endpoint, if it is named."""
    statement = _select().where(AlertRow.holds.is_not(None)).order_by(AlertRow.id)
    if endpoint is not None:
        statement = statement.where(AlertRow.endpoint == endpoint)
    return tuple(_alert(row) for row in session.scalars(statement))


def newest(
    session: Session,
    *,
    states: Collection[State] = (),
    endpoint: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[Alert, ...]:
    """Return up to ``limit`` alerts, the newest first; a filter not given lets all pass.

    ``before`` is the id of the last one seen.
    """
    statement = _select().order_by(AlertRow.id.desc()).limit(limit)
    if states:
        statement = statement.where(AlertRow.state.in_(states))
    if endpoint is not None:
        statement = statement.where(AlertRow.endpoint == endpoint)
    if before is not None:
        statement = statement.where(AlertRow.id < before)
    return tuple(_alert(row) for row in session.scalars(statement))


def history(session: Session, alert_id: int) -> tuple[Entry, ...]:
    """Return every transition of an alert, the first one first."""
    statement = select(AlertTransitionRow).where(AlertTransitionRow.alert_id == alert_id)
    return tuple(
        Entry(
            id=row.id,
            before=row.before,
            after=row.after,
            reason=row.reason,
            actor=row.actor,
            source=row.source,
            severity=row.severity,
            message=row.message,
            at=row.created_at,
        )
        for row in session.scalars(statement.order_by(AlertTransitionRow.number))
    )


def move(session: Session, transition: Transition) -> Moved | None:
    """Store a transition with the alert that it leads to; None when somebody else was faster.

    The caller then reads the alert anew and decides again.
    """
    alert = _open(session, transition) if transition.after.id == 0 else _change(session, transition)
    if alert is None:
        return None
    statement = insert(AlertTransitionRow).returning(AlertTransitionRow.id)
    stored = session.scalars(statement, [_transition_values(alert, transition)]).one()
    return Moved(id=stored, transition=replace(transition, after=alert))


def _open(session: Session, transition: Transition) -> Alert | None:
    """Of two that open an alert about one condition, the unique key ``holds`` lets one."""
    new = insert_absent(session, AlertRow, [_values(transition.after)], "id")
    return replace(transition.after, id=new[0].id) if new else None


def _change(session: Session, transition: Transition) -> Alert | None:
    """Of two that follow the same transition, the one that raises ``moves`` first wins."""
    after = transition.after
    statement = update(AlertRow).where(AlertRow.id == after.id, AlertRow.moves == after.moves - 1)
    result = session.execute(
        statement.values(**_values(after)), execution_options={"synchronize_session": False}
    )
    return after if cast("CursorResult[Any]", result).rowcount == 1 else None


def _select() -> Select[AlertRow]:
    """Read what is stored, not what this session read before."""
    return select(AlertRow).execution_options(populate_existing=True)


def _values(alert: Alert) -> dict[str, Any]:
    condition = alert.condition
    return {
        "kind": condition.kind,
        "endpoint": condition.endpoint,
        "suite": condition.suite,
        "name": condition.name,
        "holds": None if alert.state is State.RESOLVED else condition.key,
        "state": alert.state,
        "severity": alert.severity,
        "confirmed": alert.confirmed,
        "moves": alert.moves,
        "opened_at": alert.opened_at,
        "observed_at": alert.observed_at,
        "told_at": alert.told_at,
        "silenced_until": alert.silenced_until,
        "source": alert.source,
        "good_checks": alert.good_checks,
        "good_source": alert.good_source,
        "parts": list(alert.parts),
        "suspected": [_suspicion_document(one) for one in alert.suspected],
        "notice": None if alert.notice is None else to_document(alert.notice),
    }


def _transition_values(alert: Alert, transition: Transition) -> dict[str, Any]:
    return {
        "alert_id": alert.id,
        "number": alert.moves,
        "before": None if transition.before is None else transition.before.state,
        "after": alert.state,
        "reason": transition.reason,
        "actor": transition.actor,
        "source": transition.source,
        "severity": transition.severity,
        "message": transition.message,
        "created_at": transition.at,
    }


def _alert(row: AlertRow) -> Alert:
    return Alert(
        id=row.id,
        condition=Condition(kind=row.kind, endpoint=row.endpoint, suite=row.suite, name=row.name),
        state=row.state,
        severity=row.severity,
        confirmed=row.confirmed,
        moves=row.moves,
        opened_at=row.opened_at,
        observed_at=row.observed_at,
        told_at=row.told_at,
        silenced_until=row.silenced_until,
        source=row.source,
        good_checks=row.good_checks,
        good_source=row.good_source,
        parts=tuple(row.parts),
        suspected=tuple(_suspicion(one) for one in row.suspected),
        notice=None if row.notice is None else from_document(row.notice),
    )


def _suspicion_document(one: Suspicion) -> dict[str, str]:
    return {
        "part": one.part,
        "source": one.source,
        "began_at": one.began_at.isoformat(),
        "ended_at": one.ended_at.isoformat(),
    }


def _suspicion(document: dict[str, str]) -> Suspicion:
    return Suspicion(
        part=document["part"],
        source=document["source"],
        began_at=datetime.fromisoformat(document["began_at"]),
        ended_at=datetime.fromisoformat(document["ended_at"]),
    )
