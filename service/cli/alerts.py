"""``evals alerts``: what is wrong, what people were told, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.alerts_preview import preview
from service.cli.context import (
    AsJson,
    ConfigPath,
    ServerUrl,
    find_config,
    find_server,
    open_keeper,
    print_json,
)

if TYPE_CHECKING:
    from datetime import datetime

    from service.alerting.orders import Order, Verb

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Alerts: what is wrong, who was told, and what to do about it.",
)

AlertId = Annotated[int, typer.Argument(metavar="ALERT", min=1, help="Its number.")]
Why = Annotated[str, typer.Option(help="Why; it is kept, and told.")]
Who = Annotated[str | None, typer.Option(help="Who does it; you, if not given.")]


@app.command("list")
def list_alerts(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    endpoint: Annotated[str | None, typer.Option(help="Only of this endpoint.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    server: ServerUrl = None,
    as_json: AsJson = False,
) -> None:
    """List what is not over, the newest first."""
    from itertools import islice

    from service.alerting.alert import State
    from service.cli.alert_views import alert_document, print_alerts
    from service.db.session import reading
    from service.store import alerts

    states = () if everything else tuple(state for state in State if state is not State.RESOLVED)
    client = find_server(server)
    if client is not None:
        with client:
            listed = client.alerts(states=states, endpoint=endpoint)
            found = tuple(one.stored() for one in islice(listed, limit))
    else:
        with reading(open_keeper().engine) as session:
            found = alerts.newest(session, states=states, endpoint=endpoint, limit=limit)
    if as_json:
        print_json([alert_document(one) for one in found])
    elif found:
        print_alerts(found)
    else:
        typer.echo("No alert." if everything else "Nothing is open. See what was: --all")


@app.command()
def show(alert_id: AlertId, *, as_json: AsJson = False) -> None:
    """Show an alert: every change of it with its reason, and every message about it."""
    from service.cli.alert_views import Told, print_told, told_document
    from service.db.session import reading
    from service.store import alerts, notifications

    with reading(open_keeper().engine) as session:
        messages = notifications.of_alert(session, alert_id)
        told = Told(
            alert=alerts.get(session, alert_id),
            history=alerts.history(session, alert_id),
            messages=tuple((one, notifications.attempts(session, one.id)) for one in messages),
        )
    if as_json:
        print_json(told_document(told))
    else:
        print_told(told)


@app.command()
def ack(
    alert_id: AlertId,
    *,
    why: Why,
    who: Who = None,
    config_path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Say that somebody looks after it: no more reminders."""
    from service.alerting.orders import Verb

    _done(alert_id, _order(Verb.ACKNOWLEDGE, why, who), config_path, as_json=as_json)


@app.command()
def silence(
    alert_id: AlertId,
    *,
    length: Annotated[str, typer.Option("--for", help="For how long: 4h, 90m, 2d.")],
    why: Why,
    who: Who = None,
    config_path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Send nothing about it for a while."""
    from evals.errors import ConfigError
    from evals.spread import parse_spread
    from service.alerting.orders import Verb

    lasts = parse_spread(length, where="--for")
    if not lasts:
        raise ConfigError("a silence of no time is none", where="--for", fix="Write 4h or 2d.")
    order = _order(Verb.SILENCE, why, who, until=_now() + lasts)
    _done(alert_id, order, config_path, as_json=as_json)


@app.command()
def resolve(
    alert_id: AlertId,
    *,
    why: Why,
    who: Who = None,
    config_path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Say that it is over. The same condition later is another alert."""
    from service.alerting.orders import Verb

    _done(alert_id, _order(Verb.RESOLVE, why, who), config_path, as_json=as_json)


@app.command("test")
def try_out(
    channel: Annotated[str, typer.Argument(help="A name under alerts.channels.")],
    *,
    config_path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Send a marked example to a channel now, and say what happened.

    Where it arrives, what the channel refused before is sent again.

    Exit codes: 0 it arrived, 3 it did not.
    """
    from random import SystemRandom

    from evals.config import named
    from service.alerting.delivery import Outcome
    from service.posting import post_of
    from service.stages.deliver import try_channel

    config, _ = find_config(config_path)
    named(config.alerts.channels, channel, kind="channel")
    tried = try_channel(post_of(open_keeper(), config, clock=_now, rng=SystemRandom()), channel)
    arrived = tried.outcome is Outcome.DELIVERED
    if as_json:
        print_json(
            {
                "channel": channel,
                "outcome": tried.outcome.value,
                "reason": tried.reason,
                "receipt": dict(tried.receipt),
                "sent_again": tried.sent_again,
            }
        )
    elif arrived:
        typer.echo(f"Channel {channel} took the test message.")
        if tried.sent_again:
            typer.echo(f"Messages that it refused before and that are due now: {tried.sent_again}")
    else:
        lasts = "until somebody mends it" if tried.outcome is Outcome.PERMANENT else "for now"
        typer.echo(f"Channel {channel} did not take the test message, {lasts}: {tried.reason}")
    raise typer.Exit(0 if arrived else 3)


app.command()(preview)


def _order(verb: Verb, why: str, who: str | None, until: datetime | None = None) -> Order:
    from getpass import getuser

    from service.alerting.orders import Order

    return Order(verb=verb, actor=who or getuser(), why=why, until=until)


def _done(alert_id: int, wanted: Order, config_path: ConfigPath, *, as_json: bool) -> None:
    """Do it, and tell whoever heard of the alert; the server sends it."""
    from evals.numbers import moment
    from service.alerting.routing import routing_of
    from service.cli.alert_views import alert_document
    from service.stages.alert import order

    config, _ = find_config(config_path)
    alert = order(open_keeper().engine, alert_id, wanted, routing_of(config), _now())
    if as_json:
        print_json(alert_document(alert))
    else:
        until = f" until {moment(alert.silenced_until)}" if alert.silenced_until else ""
        typer.echo(f"Alert {alert.id} is {alert.state.value}{until}: {alert.condition.words}.")


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(UTC)  # noqa: TID251 - a command line may read the clock
