"""``evals db prune|backup|restore``: what is kept how long, and copies of it."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads annotations at run time
from typing import Annotated

import typer

from service.cli.context import AsJson, open_keeper, print_json

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would go, and keep it.")]


def prune(
    *,
    older_than: Annotated[
        str, typer.Option(help="How old a run is at least, such as 400d or 60w.")
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take the texts and logs of old runs; numbers, scores and verdicts stay.

    A run that a baseline, a monitor or an open alert rests on is kept whole. It may be stopped, and
    called again, at any moment.
    """
    from dataclasses import asdict
    from datetime import UTC, datetime

    from evals.numbers import plural
    from service.cli.token import span_of
    from service.pruning import prune as take
    from service.pruning import would_prune

    keeper = open_keeper()
    now = datetime.now(UTC)  # noqa: TID251 - the command line is where the clock is read
    before = now - span_of(older_than)
    if dry_run:
        gone = would_prune(keeper, before=before)
    else:
        gone = take(keeper, before=before, told=lambda _: None)
    if as_json:
        print_json({**asdict(gone), "before": before.isoformat(), "dry_run": dry_run})
        return
    verb = "would lose" if dry_run else "lost"
    texts = "" if dry_run else f", {plural(gone.texts, 'text')}"
    typer.echo(
        f"{plural(gone.runs, 'run')} planned before {before:%Y-%m-%d} {verb} the words of "
        f"{plural(gone.samples, 'sample')}{texts} and {gone.log_bytes / 1e6:.1f} MB of logs."
    )
    if gone.texts and keeper.engine.dialect.name == "sqlite":
        typer.echo("The file keeps its size, and its room is used again.")


def backup(
    file: Annotated[Path, typer.Argument(help="A new file; it appears once it is complete.")],
) -> None:
    """Copy an SQLite store to a file, whole and consistent, while others go on writing.

    One that an older Pinwatch made is copied as it is: this comes before `evals db upgrade`.
    """
    from service.db.copies import back_up
    from service.db.engine import create_engine
    from service.settings import Settings

    engine = create_engine(Settings.from_environment().database_url)
    size = back_up(engine, file)
    engine.dispose()
    typer.echo(f"Wrote {file} ({size / 1e6:.1f} MB). Put it back with: evals db restore {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `evals db backup` has made.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Lose what the store holds now.")
    ] = False,
) -> None:
    """Make a copy the content of the SQLite store; stop `evals serve` first.

    Refused while a process performs a run in the store.
    """
    from datetime import UTC, datetime

    from service.db import migrate
    from service.db.copies import put_back
    from service.db.engine import create_engine
    from service.settings import Settings
    from service.stages.claim import refuse_while_performed

    engine = create_engine(Settings.from_environment().database_url)
    # Of a store that another Pinwatch made, the claims cannot be read by this one.
    if replace and migrate.check(engine) is migrate.SchemaState.CURRENT:
        now = datetime.now(UTC)  # noqa: TID251 - the command line is where the clock is read
        refuse_while_performed(engine, now=now)
    version = put_back(engine, file, replace=replace)
    newest = migrate.revisions()[-1]
    engine.dispose()
    typer.echo(f"The store holds what {file} held, schema {version} of {newest}.")
    if version != newest:
        typer.echo("It was made by an older Pinwatch: run `evals db upgrade`.")
