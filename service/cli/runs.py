"""``evals runs``: list, show, resume, rescore and export what was measured."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from service.cli.context import (
    AsJson,
    ConfigPath,
    ServerUrl,
    find_config,
    find_server,
    open_keeper,
    print_json,
    print_table,
    screen,
)
from service.cli.measuring import measure_and_report
from service.cli.rescoring import rescore
from service.cli.run_options import NoCompare, Now, OutputPath, above_zero

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Runs: what was measured, when, and what came of it.",
)

app.command()(rescore)

RunId = Annotated[str, typer.Argument(help="A run's id, or its first characters.")]


@app.command("list")
def list_runs(
    *,
    endpoint: Annotated[str | None, typer.Option(help="Only of this endpoint.")] = None,
    suite: Annotated[str | None, typer.Option(help="Only of this suite.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 20,
    server: ServerUrl = None,
    as_json: AsJson = False,
) -> None:
    """List runs, the newest first, with their verdicts."""
    from service.cli.run_views import run_documents, run_table
    from service.db.session import reading
    from service.store import runs, verdicts

    client = find_server(server)
    if client is not None:
        from service.cli.remote import listed

        with client:
            found, kinds = listed(client, endpoint=endpoint, suite=suite, limit=limit)
    else:
        with reading(open_keeper().engine) as session:
            found = list(runs.newest(session, endpoint=endpoint, suite=suite, limit=limit))
            kinds = verdicts.latest_kinds(session, [run.id for run in found])
    if as_json:
        print_json(run_documents(found, kinds))
    elif found:
        print_table(run_table(found, kinds))
    else:
        typer.echo("No runs yet. Start one: evals run ENDPOINT --suite support-faq")


@app.command()
def show(
    run_id: RunId,
    *,
    items: Annotated[bool, typer.Option("--items", help="Every sample, one line each.")] = False,
    config_path: ConfigPath = None,
    server: ServerUrl = None,
    output: OutputPath = None,
    as_json: AsJson = False,
) -> None:
    """Show the report of a run, computed anew from what is stored."""
    from evals.report.document import document
    from evals.report.text import print_report
    from service.cli.output import check_output_path, write_report
    from service.cli.run_views import sample_table
    from service.db.session import reading
    from service.stages.judge import report_of
    from service.store import readings, runs
    from service.thresholds import advertised_tokens, alias_allowed, policy_of

    if output is not None:
        check_output_path(output)
    client = find_server(server)
    if client is not None:
        from service.cli.remote import show_report, show_samples

        with client:
            show_report(client, run_id, output, as_json=as_json)
            if items and not as_json:
                show_samples(client, run_id)
        return
    keeper = open_keeper()
    config, _ = find_config(config_path)
    with reading(keeper.engine) as session:
        run = runs.get(session, run_id)
        policy = policy_of(session, config, run)
        moves = alias_allowed(session, config, run)
    report = report_of(
        keeper.engine,
        run.id,
        policy=policy,
        alias_allowed=moves,
        advertised_tokens=advertised_tokens(config, run),
    )
    if output is not None:
        write_report(report, output)
    if as_json:
        print_json(document(report))
        return
    print_report(report, screen())
    if items:
        with reading(keeper.engine) as session:
            print_table(sample_table(readings.load(session, [run.id])[run.id]))


@app.command()
def cancel(run_id: RunId, *, server: ServerUrl = None) -> None:
    """Ask for a run to be cancelled; what was asked so far is kept, and it can be resumed."""
    client = find_server(server)
    if client is not None:
        with client:
            status = client.cancel(run_id).status
    else:
        from datetime import UTC, datetime
        from getpass import getuser

        from service.cancelling import cancel as ask_to_cancel
        from service.db.session import reading
        from service.store import runs

        keeper = open_keeper()
        now = datetime.now(UTC)  # noqa: TID251 - a command line may read the clock
        ask_to_cancel(keeper.engine, run_id, who=getuser(), now=now)
        with reading(keeper.engine) as session:
            status = runs.get(session, run_id).status
    under_way = "It ends at its next sign of life, within seconds."
    typer.echo("Cancelled." if status == "cancelled" else under_way)


@app.command()
def resume(
    run_id: RunId,
    *,
    budget_usd: Annotated[
        float | None,
        typer.Option(
            callback=above_zero, help="A new budget; what was spent before counts against it."
        ),
    ] = None,
    now: Now = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Take it from a process that hangs.")
    ] = False,
    no_compare: NoCompare = False,
    config_path: ConfigPath = None,
    output: OutputPath = None,
    as_json: AsJson = False,
) -> None:
    """Ask what a run has not asked yet, then judge it; nothing is asked twice."""
    from service.cli.output import check_output_path
    from service.pipeline import subject_of

    if output is not None:
        check_output_path(output)
    keeper = open_keeper()
    config, _ = find_config(config_path)
    run, subject = subject_of(keeper, config, run_id)
    measure_and_report(
        keeper,
        subject,
        run,
        no_compare=no_compare,
        output=output,
        as_json=as_json,
        budget_usd=budget_usd,
        now=now,
        take_over=take_over,
    )


@app.command()
def export(
    run_id: RunId,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A file .csv or .parquet, or a folder.")
    ],
) -> None:
    """Export the samples of a run (.csv, .parquet), or Inspect's logs into a folder."""
    from evals.numbers import plural
    from service.cli.exporting import export_inspect_logs, export_samples, is_samples_file
    from service.db.session import reading
    from service.store import readings, runs

    samples_wanted = is_samples_file(output)
    keeper = open_keeper()
    with reading(keeper.engine) as session:
        run = runs.get(session, run_id)
        samples = readings.load(session, [run.id])[run.id]
        log_dir = runs.log_dir(session, run.id)
    if samples_wanted:
        export_samples(samples, output)
        are = "is" if len(samples) == 1 else "are"
        typer.echo(f"{plural(len(samples), 'sample')} of run {run.id} {are} in {output}.")
    else:
        count = export_inspect_logs(Path(log_dir) if log_dir else None, output)
        see = f"inspect view --log-dir {quote(str(output))}"
        typer.echo(f"{plural(count, 'log')} of run {run.id}; see them with: {see}")
