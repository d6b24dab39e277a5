"""``evals baseline``: bless runs, and see what is blessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.baseline_build import build
from service.cli.context import AsJson, open_keeper, print_json, print_table

if TYPE_CHECKING:
    from service.store.baselines import Baseline

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Baselines: blessed runs; they never move by themselves.",
)

app.command()(build)


@app.command()
def bless(
    run_ids: Annotated[list[str], typer.Argument(metavar="RUN...", help="Completed runs.")],
    *,
    name: Annotated[str, typer.Option(help="What to call it.")],
    why: Annotated[str, typer.Option(help="Why these runs are what should stay.")],
    who: Annotated[str | None, typer.Option(help="Who blesses; you, if not given.")] = None,
) -> None:
    """Make completed runs of one endpoint, pin and suite the baseline for later runs."""
    from datetime import UTC, datetime
    from getpass import getuser

    from service.db.session import writing
    from service.store import baselines

    keeper = open_keeper()
    with writing(keeper.engine) as session:
        blessed = baselines.bless(
            session,
            name=name,
            run_ids=run_ids,
            who=who or getuser(),
            why=why,
            now=datetime.now(UTC),  # noqa: TID251 - a command line may read the clock
        )
    count = len(blessed.run_ids)
    passes = "1 pass" if count == 1 else f"{count} passes"
    typer.echo(f"Baseline {name}: {passes} of {blessed.endpoint} on {blessed.suite}.")
    if count < 8:
        typer.echo("More passes make smaller changes visible; 8 to 16 on three days are good.")


@app.command("list")
def list_baselines(*, as_json: AsJson = False) -> None:
    """List baselines, the newest first."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from service.db.session import reading
    from service.store import baselines

    keeper = open_keeper()
    with reading(keeper.engine) as session:
        found = baselines.newest(session)
    if as_json:
        print_json([_document(one) for one in found])
        return
    if not found:
        typer.echo("No baseline yet. Bless a run: evals baseline bless RUN --name ... --why ...")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("name", "endpoint", "suite", "passes", "blessed", "by", "why"):
        table.add_column(heading, no_wrap=heading in ("name", "passes"), overflow="fold")
    for one in found:
        table.add_row(
            *(Text(cell) for cell in (one.name, one.endpoint, one.suite, str(len(one.run_ids)))),
            f"{one.created_at:%Y-%m-%d}" + (" (retired)" if one.retired_at else ""),
            Text(one.who),
            Text(one.why),
        )
    print_table(table)


@app.command()
def show(name: str, *, as_json: AsJson = False) -> None:
    """Show one baseline: its runs, who blessed it, when and why."""
    from service.db.session import reading
    from service.store import baselines

    keeper = open_keeper()
    with reading(keeper.engine) as session:
        found = baselines.get(session, name)
    document = _document(found)
    if as_json:
        print_json(document)
        return
    for key, value in document.items():
        shown = "\n             ".join(value) if isinstance(value, list) else value
        typer.echo(f"{key:12} {shown if shown is not None else '-'}")


def _document(one: Baseline) -> dict[str, Any]:
    return {
        "name": one.name,
        "endpoint": one.endpoint,
        "suite": one.suite,
        "pin": one.pin_digest,
        "runs": list(one.run_ids),
        "who": one.who,
        "why": one.why,
        "blessed_at": one.created_at.isoformat(),
        "retired_at": one.retired_at.isoformat() if one.retired_at else None,
    }
