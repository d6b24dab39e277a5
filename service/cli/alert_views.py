"""Alerts as tables and documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from evals.numbers import moment
from evals.report.notice import to_document
from service.cli.context import print_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.alerting.alert import Alert
    from service.store.alerts import Entry
    from service.store.notifications import Attempt, Notification


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """An alert, every change of it, and every message about it with its attempts."""

    alert: Alert
    history: tuple[Entry, ...]
    messages: tuple[tuple[Notification, tuple[Attempt, ...]], ...]


def alert_document(alert: Alert) -> dict[str, Any]:
    """Return an alert as JSON values, with the names that the API uses."""
    condition = alert.condition
    return {
        "id": alert.id,
        "kind": condition.kind.value,
        "words": condition.words,
        "endpoint": condition.endpoint,
        "suite": condition.suite,
        "name": condition.name,
        "state": alert.state.value,
        "severity": alert.severity.value,
        "confirmed": alert.confirmed,
        "opened_at": alert.opened_at.isoformat(),
        "observed_at": alert.observed_at.isoformat(),
        "told_at": _iso(alert.told_at),
        "silenced_until": _iso(alert.silenced_until),
        "source": alert.source,
        "parts": list(alert.about),
    }


def told_document(told: Told) -> dict[str, Any]:
    """Return an alert with its history and its messages as JSON values."""
    return {
        "alert": alert_document(told.alert),
        "moves": [
            {
                "before": None if one.before is None else one.before.value,
                "after": one.after.value,
                "reason": one.reason,
                "actor": one.actor,
                "source": one.source,
                "severity": one.severity.value,
                "message": None if one.message is None else one.message.value,
                "at": one.at.isoformat(),
            }
            for one in told.history
        ],
        "messages": [_message_document(one, attempts) for one, attempts in told.messages],
        "notice": None if told.alert.notice is None else to_document(told.alert.notice),
    }


def _message_document(one: Notification, attempts: Sequence[Attempt]) -> dict[str, Any]:
    return {
        "key": one.key,
        "channel": one.channel,
        "kind": one.notice.kind.value,
        "standing": one.standing.value,
        "next_attempt_at": one.next_attempt_at.isoformat(),
        "attempts": [
            {
                "number": attempt.number,
                "outcome": attempt.outcome.value,
                "reason": attempt.reason,
                "at": attempt.at.isoformat(),
            }
            for attempt in attempts
        ],
    }


def print_alerts(found: Sequence[Alert]) -> None:
    """Print one line an alert."""
    table = _table("alert", "state", "severity", "what", "since", "seen last in")
    for alert in found:
        table.add_row(
            str(alert.id),
            _state(alert),
            alert.severity.value,
            Text(alert.condition.words),
            moment(alert.opened_at),
            Text(alert.source),
        )
    print_table(table)


def print_told(told: Told) -> None:
    """Print an alert with its story and its messages."""
    alert = told.alert
    typer.echo(
        f"Alert {alert.id}: {alert.condition.words}\n"
        f"  state     {_state(alert)}\n"
        f"  severity  {alert.severity.value}{'' if alert.confirmed else ', not confirmed'}\n"
        f"  since     {moment(alert.opened_at)}"
    )
    if alert.about:
        typer.echo(f"  about     {', '.join(alert.about)}")
    table = _table("at", "state", "by", "told", "why")
    for one in told.history:
        table.add_row(
            moment(one.at),
            one.after.value,
            Text(one.actor or "-"),
            "yes" if one.message else "no",
            Text(one.reason),
        )
    print_table(table)
    _print_messages(told)


def _print_messages(told: Told) -> None:
    if not told.messages:
        typer.echo("Nobody was told: no channel is configured for it.")
        return
    table = _table("message", "channel", "stands at", "attempts", "last problem")
    for one, attempts in told.messages:
        problems = [attempt.reason for attempt in attempts if attempt.reason]
        table.add_row(
            one.notice.kind.value,
            Text(one.channel),
            one.standing.value,
            str(one.attempts),
            Text(problems[-1] if problems else ""),
        )
    print_table(table)


def _state(alert: Alert) -> str:
    if alert.silenced_until is not None:
        return f"{alert.state.value} until {moment(alert.silenced_until)}"
    return alert.state.value


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _iso(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat()
