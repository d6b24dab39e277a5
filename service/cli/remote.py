"""Runs on a server: started, watched and shown as those of this machine are."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Final

import typer

from service.api.shapes.runs import Moment
from service.cli.choosing import only_of
from service.cli.context import print_json, print_table, screen
from service.cli.measuring import exit_code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evals.records import RunRecord
    from evals.verdict import VerdictKind
    from service.api.shapes.runs import Run, RunProgress, StartRun
    from service.client import Client

_FORMS: Final = {".md": "markdown", ".html": "html", ".xml": "junit", ".txt": "text"}
_LOG_HEIGHT: Final = 40
_NOT_JUDGED: Final = 3


def refuse_beside_server(options: Mapping[str, object]) -> None:
    """Refuse what a server cannot do for a caller: its configuration is its own."""
    named = next((name for name, value in options.items() if value), None)
    if named is not None:
        raise typer.BadParameter(f"{named} has no place beside --server")


def order_of(
    client: Client, endpoint: str | None, suite: str | None, **switches: float | None
) -> StartRun:
    """Return what to ask of whom: the only endpoint and suite there, where none is named."""
    from service.api.shapes.runs import StartRun
    from service.api.shapes.suites import SuiteSource

    if endpoint is None:
        endpoint = only_of((one.name for one in client.endpoints()), "endpoint")
    if suite is None:
        ours = (one for one in client.suites() if one.source is SuiteSource.CONFIGURATION)
        suite = only_of((one.name for one in ours), "suite")
    return StartRun.model_validate({"endpoint": endpoint, "suite": suite, **switches})


def run_on_server(
    client: Client, order: StartRun, *, no_compare: bool, output: Path | None, as_json: bool
) -> None:
    """Start a run, watch it live, show its report, and exit with its verdict."""
    run = client.start(order)
    try:
        moment, last = _watched(client, run)
    except KeyboardInterrupt:
        client.cancel(run.id)
        typer.echo(f"Asked the server to cancel run {run.id}.", err=True)
        raise
    if moment is Moment.WAITING:
        typer.echo(f"Run {run.id} waits: {last.status_reason}. The server goes on with it.")
        raise typer.Exit(_NOT_JUDGED)
    if last.verdict is None:
        typer.echo(f"Run {run.id} is {last.status}, and not judged: {last.status_reason}", err=True)
        raise typer.Exit(_NOT_JUDGED)
    show_report(client, run.id, output, as_json=as_json)
    verdict = client.verdict(run.id)
    raise typer.Exit(exit_code(verdict.kind, verdict.exit_code, no_compare=no_compare))


def show_report(client: Client, run_id: str, output: Path | None, *, as_json: bool) -> None:
    """Show the report of a judged run, and write it where that is wanted."""
    from service.cli.output import write_text

    if output is not None:
        form = _FORMS.get(output.suffix)
        if form is None:
            text = json.dumps(client.report(run_id), indent=2) + "\n"
        else:
            text = client.written_report(run_id, form)
        write_text(text, output, run_id=run_id)
    if as_json:
        print_json(client.report(run_id))
        return
    console = screen()
    height = console.height if console.is_terminal else _LOG_HEIGHT
    typer.echo(client.written_report(run_id, "text", width=console.width, height=height), nl=False)


def show_samples(client: Client, run_id: str) -> None:
    """Show every sample of a run, one line each."""
    from service.cli.run_views import sample_table

    records = sorted((one.record() for one in client.samples(run_id)), key=lambda one: one.key)
    print_table(sample_table(records))


def listed(
    client: Client, *, endpoint: str | None, suite: str | None, limit: int
) -> tuple[list[RunRecord], dict[str, VerdictKind]]:
    """Return the newest runs, and the verdict of each that has one."""
    found = list(islice(client.runs(endpoint=endpoint, suite=suite), limit))
    kinds = {run.id: run.verdict for run in found if run.verdict is not None}
    return [run.record() for run in found], kinds


def _watched(client: Client, run: Run) -> tuple[Moment, RunProgress]:
    """Show how far a run is until it has ended, or waits for its confirmation."""
    from service.cli.progress import RunProgress as Bar

    label = f"{run.endpoint} \u00b7 {run.suite}"
    with Bar(screen(stderr=True), total=run.planned_samples, label=label) as bar:
        for moment, seen in client.watch(run.id):
            bar.at(done=seen.samples, errors=seen.not_ok, cost_usd=seen.cost_usd)
            if moment is not Moment.PROGRESS:
                return moment, seen
    raise AssertionError("a watched run ends")
