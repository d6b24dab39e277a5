"""``evals bench``: how often our detectors are wrong, and how often they see, measured here."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.context import AsJson, print_json, print_table, screen

if TYPE_CHECKING:
    from evals.bench.figures import Figure
    from evals.bench.tables import Table

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Measure detectors on endpoints of known truth.",
)

DEFAULT_SEEDS = 20


@app.callback()
def bench() -> None:
    """Measure detectors on endpoints of known truth."""


@app.command()
def detectors(
    *,
    seeds: Annotated[
        int,
        typer.Option(
            min=0,
            help="Simulations of a row; false alarms take four times as many. 20 take under a"
            " minute, 2000 about an hour; 0 leaves the tables out.",")
    for row in table.rows:
        drawn.add_row(*row)
    print_table(drawn)
