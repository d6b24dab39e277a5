"""What the commands share: the configuration, the keeper, the consoles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from evals.config import Config
    from service.client import Client
    from service.keeper import Keeper

ConfigPath = Annotated[
    Path | None, typer.Option("--config", help="The configuration; evals.yaml here if not given.")
]
_WIDEST = 10_000
"""Cells: more than any table has, so that a table is measured by what it says."""

ServerUrl = Annotated[
    str | None,
    typer.Option(
        "--server",
        metavar="URL",
        help="Ask this server, not the store here; EVALS_SERVER if absent. Token: EVALS_TOKEN.",
    ),
]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]


def open_keeper(*, threads: int = 10) -> Keeper:
    """Open the store, which so many threads may ask at once; build its schema when it is empty.

    Raises:
        StoreUnavailable: The database is down, full, behind or ahead.
    """
    from service.db.engine import create_engine
    from service.db.migrate import ensure_current
    from service.keeper import Keeper
    from service.settings import Settings

    settings = Settings.from_environment()
    engine = create_engine(settings.database_url, threads=threads)
    ensure_current(engine)
    return Keeper(engine=engine, settings=settings)


def find_server(url: str | None) -> Client | None:
    """Return a client of the server that was named here or by the environment; None without one.

    Raises:
        ServerUnavailable: What was named is no address.
    """
    from service.settings import TOKEN, Settings

    settings = Settings.from_environment()
    found = url or settings.server_url
    if found is None:
        return None
    from service.client import Client

    return Client.of(found, settings.secret(TOKEN))


def find_config(path: Path | None) -> tuple[Config, list[Path]]:
    """Read the configuration; return it with the folders that hold golden sets.

    Only the default file may be missing, and is an empty configuration then: endpoints can be
    named as provider/model, and the shipped golden sets are there.

    Raises:
        ConfigError: The file cannot be read, or names a folder that is not there.
    """
    from service.configuration import Configuration
    from service.settings import Settings

    return Configuration.named(path, Settings.from_environment()).current()


def screen(*, stderr: bool = False) -> Console:
    """Return a console that never reads model text as markup.

    It breaks lines at the screen's width: what may be copied, such as a command or a path, goes
    through `typer.echo`.
    """
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False)


def print_table(table: Table) -> None:
    """Print a table: fitted to a terminal, with whole cells where a file or a pipe reads it."""
    console = screen()
    if not console.is_terminal:
        unlimited = console.options.update(max_width=_WIDEST)
        console.width = max(console.width, console.measure(table, options=unlimited).maximum)
    console.print(table)


def print_json(document: Any) -> None:
    """Print a JSON document on standard output."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, default=str))
