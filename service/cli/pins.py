"""``evals pins``: is each endpoint still what was pinned, as far as can be seen for free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.context import (
    AsJson,
    ConfigPath,
    find_config,
    open_keeper,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.table import Table

    from service.store.pin_checks import StoredPinCheck

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Pins: is each endpoint still what was pinned? Seen at no cost.",
)

EXIT_UNKNOWN = 3


@app.command("list")
def list_pins(*, as_json: AsJson = False) -> None:
    """Show the latest look at each endpoint, from the store."""
    from service.db.session import reading
    from service.store import pin_checks

    now = _now()
    with reading(open_keeper().engine) as session:
        looks = pin_checks.latest(session)
    if as_json:
        print_json([document(look, now) for look in looks])
    elif looks:
        print_table(_table(looks, now))
    else:
        typer.echo("Nobody has looked yet. Look now: evals pins check")


@app.command()
def check(
    endpoint: Annotated[
        str | None, typer.Argument(help="A name from evals.yaml; all of them if absent.")
    ] = None,
    *,
    config_path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Ask each provider for its list of models, and weigh what is known. Asks no model anything.

    Exit codes: 0 intact, or something to know, 3 nobody could tell, 4 a pin is broken.
    """
    from evals.errors import ConfigError
    from evals.pin_check import PinState
    from evals.verdict import EXIT_PIN_BROKEN
    from service.pins import check_endpoint

    config, _ = find_config(config_path)
    names = sorted(config.endpoints) if endpoint is None else [endpoint]
    if not names:
        raise ConfigError(
            "no endpoint is named, and evals.yaml has none",
            fix="Name one: evals pins check openai/gpt-5-2025-08-07",
        )
    keeper, now = open_keeper(), _now()
    looks = [check_endpoint(keeper, config, name, now=now) for name in names]
    if as_json:
        print_json([document(look, now) for look in looks])
    else:
        for look in looks:
            typer.echo(f"{look.endpoint}: {look.check.state}")
            for finding in look.check.findings:
                typer.echo(f"  {finding.state:8} {finding.sentence}")
    states = {look.check.state for look in looks}
    if PinState.BROKEN in states:
        raise typer.Exit(EXIT_PIN_BROKEN)
    if PinState.UNKNOWN in states:
        raise typer.Exit(EXIT_UNKNOWN)


def document(look: StoredPinCheck, now: datetime) -> dict[str, Any]:
    """Return a look as JSON values, with the days that are left of the model."""
    on = look.check.shutdown_on
    return {
        "endpoint": look.endpoint,
        "pin": look.pin_digest,
        "checked_at": look.checked_at.isoformat(),
        "state": look.check.state,
        "confirmed": look.check.confirmed,
        "listed": look.listed,
        "stands_for": look.check.stands_for,
        "shutdown_on": None if on is None else on.isoformat(),
        "days_left": None if on is None else (on - now.date()).days,
        "findings": [
            {"kind": one.kind, "state": one.state, "sentence": one.sentence}
            for one in look.check.findings
        ],
    }


def _table(looks: Sequence[StoredPinCheck], now: datetime) -> Table:
    from rich.table import Table

    from evals.numbers import moment

    table = Table(box=None, pad_edge=False)
    for heading in ("endpoint", "pin", "looked at", "ends on", "what was found"):
        table.add_column(heading)
    for look in looks:
        found = document(look, now)
        days = "" if found["days_left"] is None else f" ({found['days_left']} days)"
        table.add_row(
            look.endpoint,
            look.check.state.value,
            moment(look.checked_at),
            f"{found['shutdown_on']}{days}" if found["shutdown_on"] else "-",
            look.check.findings[0].sentence if look.check.findings else "-",
        )
    return table


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(UTC)  # noqa: TID251 - the command line is where the clock is read
