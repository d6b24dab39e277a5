"""``evals db``: the store's schema, and where the store is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from service.cli.context import AsJson, print_json
from service.cli.db_keeping import backup, prune, restore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="The database: its schema, copies of it, and how long texts are kept.",
)
app.command()(prune)
app.command()(backup)
app.command()(restore)

EXIT_UNFIT = 3

_ADVICE = {
    "current": "fits this Pinwatch",
    "empty": "is empty; the first command that needs it builds it",
    "behind": "was made by an older Pinwatch; run `evals db upgrade` after a backup",
    "ahead": "was made by a newer Pinwatch; upgrade Pinwatch on this machine",
    "foreign": "has tables with our names that Pinwatch did not make; use another database",
}


@app.command()
def upgrade() -> None:
    """Bring the database to this Pinwatch's schema; what is stored stays."""
    from service.db import migrate
    from service.db.engine import place

    with _database() as engine:
        before = migrate.version(engine)
        migrate.upgrade(engine)
        after = migrate.version(engine)
        moved = f"is at {after} already" if before == after else f"went from {before} to {after}"
        if before is None:
            moved = f"was built at {after}"
        typer.echo(f"The schema {moved}. {place(engine)}")


@app.command()
def check(*, as_json: AsJson = False) -> None:
    """Say whether the database fits this Pinwatch; exit 0 if commands can use it, else 3."""
    from service.db import migrate
    from service.db.engine import place

    with _database() as engine:
        state, version = migrate.check(engine), migrate.version(engine)
        where = place(engine)
    newest = migrate.revisions()[-1]
    if as_json:
        print_json({"state": state, "version": version, "newest": newest, "place": where})
    else:
        typer.echo(f"The database {_ADVICE[state]}. {where}, schema {version} of {newest}")
    if state not in (migrate.SchemaState.CURRENT, migrate.SchemaState.EMPTY):
        raise typer.Exit(EXIT_UNFIT)


@contextmanager
def _database() -> Iterator[Engine]:
    from service.db.engine import create_engine
    from service.settings import Settings

    engine = create_engine(Settings.from_environment().database_url)
    try:
        yield engine
    finally:
        engine.dispose()
