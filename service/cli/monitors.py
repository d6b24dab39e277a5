"""``evals monitors``: the state of each series over the weeks, and the proof that it replays."""

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

    from rich.table import Table

    from service.monitors import Monitor
    from service.replaying import Replayed

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Monitors: each series over the weeks since its blessing.",
)

Suite = Annotated[str | None, typer.Option(help="Only of this suite.")]
Endpoint = Annotated[str | None, typer.Option(help="Only of this endpoint.")]


@app.command("list")
def list_monitors(
    *, endpoint: Endpoint = None, suite: Suite = None, as_json: AsJson = False
) -> None:
    """List every series and where it stands after its newest run."""
    from service.db.session import reading
    from service.monitors import newest

    keeper = open_keeper()
    with reading(keeper.engine) as session:
        found = newest(session, endpoint=endpoint, suite=suite)
    _print(found, as_json=as_json, empty=_NO_MONITORS)


@app.command()
def show(
    endpoint: Annotated[str, typer.Argument(help="The endpoint's name.")],
    *,
    suite: Suite = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many runs.")] = 52,
    as_json: AsJson = False,
) -> None:
    """Show the states of an endpoint's series after each run, the oldest first."""
    from service.db.session import reading
    from service.monitors import history

    keeper = open_keeper()
    with reading(keeper.engine) as session:
        found = history(session, endpoint=endpoint, suite=suite, limit=limit)
    _print(found, as_json=as_json, empty=_NO_MONITORS)


@app.command()
def replay(
    *,
    endpoint: Endpoint = None,
    suite: Suite = None,
    config_path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Compute states and verdicts anew from what is stored; exit 1 where any differs.

    Each run is judged by the policy and beside the baseline of its newest verdict. Nothing is
    stored and nothing is asked.
    """
    from service.db.session import reading
    from service.replaying import replay as replayed
    from service.thresholds import alias_allowed

    keeper = open_keeper()
    config, _ = find_config(config_path)
    with reading(keeper.engine) as session:
        found = list(
            replayed(
                session,
                endpoint=endpoint,
                suite=suite,
                alias_allowed=lambda run: alias_allowed(session, config, run),
            )
        )
    differing = [one for one in found if one.differences]
    if as_json:
        print_json([_document(one) for one in found])
    else:
        _say(differing, len(found))
    raise typer.Exit(1 if differing else 0)


_NO_MONITORS = "No monitor yet: a series starts with the first run after a blessing."


_COLUMNS = ("run", "task", "series", "runs", "p low", "p high", "stands", "since")
_FOLDED = ("task", "series")
"""Columns that give way on a narrow screen: a run's id is there to be copied."""


def _print(found: list[Monitor], *, as_json: bool, empty: str) -> None:
    if as_json:
        print_json([one.document() for one in found])
        return
    if not found:
        typer.echo(empty)
        return
    groups: dict[tuple[str, str], list[Monitor]] = {}
    for one in found:
        groups.setdefault((one.run.endpoint, one.run.suite), []).append(one)
    for (endpoint, suite), monitors in groups.items():
        typer.echo(f"{endpoint}, suite {suite}")
        print_table(monitor_table(monitors))


def monitor_table(monitors: Sequence[Monitor]) -> Table:
    """Return monitors of one endpoint and suite as a table."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from evals.numbers import bare_p_value

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in _COLUMNS:
        table.add_column(heading, no_wrap=heading not in _FOLDED, overflow="fold")
    for one in monitors:
        table.add_row(
            *(Text(cell) for cell in (one.run.id, one.task, one.series, str(one.runs))),
            bare_p_value(one.fell["p_week"], alpha=one.level),
            bare_p_value(one.rose["p_week"], alpha=one.level),
            one.direction,
            one.since or "",
        )
    return table


def _say(differing: list[Replayed], count: int) -> None:
    from evals.numbers import plural

    for one in differing:
        typer.echo(f"Run {one.run.id} (judged by version {one.code_version}):")
        for difference in one.differences:
            typer.echo(f"  {difference}")
    judged = plural(count, "verdict")
    if differing:
        typer.echo(f"{judged} replayed, {len(differing)} of them otherwise than stored.")
    else:
        typer.echo(f"{judged} replayed, each as it is stored.")


def _document(one: Replayed) -> dict[str, Any]:
    return {
        "run": one.run.id,
        "stored": one.stored.kind.value,
        "again": one.again.kind.value,
        "differences": list(one.differences),
        "code_version": one.code_version,
    }
