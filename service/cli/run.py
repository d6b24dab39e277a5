"""``evals run``: ask, compare, judge; the exit code is the verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.verdict import VerdictKind
from service.cli.context import AsJson, ConfigPath, find_config, open_keeper, print_json, screen

if TYPE_CHECKING:
    from evals.records import RunRecord
    from evals.verdict import Verdict
    from service.keeper import Keeper
    from service.subject import Subject

OutputPath = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write the report: .md, .html, .json, .xml (JUnit), .txt."),
]
NoCompare = Annotated[
    bool, typer.Option("--no-compare", help="Only measure: exit 0 whatever the baseline says.")
]

Now = Annotated[
    bool, typer.Option("--now", help="Confirm what looks odd at once, not later the same day.")
]


def above_zero(budget_usd: float | None) -> float | None:
    """Refuse a budget of nothing: it would look like none at all."""
    if budget_usd is not None and not budget_usd > 0:
        raise typer.BadParameter("a budget is more than 0 USD; leave the option out for no budget")
    return budget_usd


def run(
    endpoint: Annotated[
        str | None,
        typer.Argument(help="A name from evals.yaml, or provider/model; the only one if absent."),
    ] = None,
    *,
    suite: Annotated[
        str | None,
        typer.Option(help="A suite, or the name of a golden set; the only suite if absent."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Only the first items of each task.")
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            "--epochs", "--fixed", min=1, max=100, help="Ask each item so often, odd or not."
        ),
    ] = None,
    max_connections: Annotated[int | None, typer.Option(min=1, help="Calls at once.")] = None,
    budget_usd: Annotated[
        float | None,
        typer.Option(
            callback=above_zero, help="Stop after spending this; the run is then invalid."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would take, and ask nothing.")
    ] = False,
    now: Now = False,
    no_compare: NoCompare = False,
    against: Annotated[
        str | None,
        typer.Option(help="Compare with this endpoint instead: evals compare, from this side."),
    ] = None,
    bridge: Annotated[
        bool,
        typer.Option(
            "--bridge",
            help="We changed how it is asked: ask the old way and the new in one window, and go on"
            " from the new one where the endpoint itself did not change.",
        ),
    ] = False,
    passes: Annotated[
        int | None, typer.Option(min=2, max=20, help="Passes of a bridge, each way; 8 if absent.")
    ] = None,
    config_path: ConfigPath = None,
    output: OutputPath = None,
    as_json: AsJson = False,
) -> None:
    """Run a suite against an endpoint and judge it against its baseline.

    With a baseline, few calls are made while nothing looks odd, and more where something does;
    what would page is confirmed by asking again, later the same day. --fixed keeps a plain plan.

    Exit codes: 0 ok or improved, 1 regressed or changed, 2 usage, 3 inconclusive or invalid,
    4 the pin is broken, 130 interrupted. With --bridge: 0 the series goes on, 1 the endpoint moved.
    """
    from service.cli.bridge import run_bridge
    from service.cli.choosing import only
    from service.cli.compare import compare
    from service.cli.estimates import show_estimate
    from service.cli.output import check_output_path
    from service.stages.plan import Options
    from service.subject import resolve

    if dry_run and output is not None:
        raise typer.BadParameter("--output has no place beside --dry-run, which asks nothing")
    if passes is not None and not bridge:
        raise typer.BadParameter("--passes belongs to --bridge")
    if bridge:
        _refuse_beside_bridge(
            {
                "--limit": limit,
                "--fixed": epochs,
                "--budget-usd": budget_usd,
                "--now": now,
                "--no-compare": no_compare,
                "--against": against,
                "--output": output,
            }
        )
    config, folders = find_config(config_path)
    if against is not None:
        compare(
            against,
            endpoint or only(config, "endpoint"),
            suite=suite,
            epochs=epochs,
            limit=limit,
            config_path=config_path,
            output=output,
            as_json=as_json,
        )
    if output is not None:
        check_output_path(output)
    subject = resolve(
        config,
        endpoint=endpoint or only(config, "endpoint"),
        suite=suite or only(config, "suite"),
        search_paths=folders,
    )
    options = Options(
        limit=limit, epochs=epochs, max_connections=max_connections, budget_usd=budget_usd
    )
    if bridge:
        run_bridge(config, subject, options, passes=passes, dry_run=dry_run, as_json=as_json)
    if dry_run:
        show_estimate(subject, options, as_json=as_json)
        return
    from service.pipeline import new_run

    keeper = open_keeper()
    planned = new_run(keeper, subject, options)
    measure_and_report(
        keeper, subject, planned, no_compare=no_compare, output=output, as_json=as_json, now=now
    )


def _refuse_beside_bridge(options: dict[str, object]) -> None:
    """A bridge asks every item both ways in whole passes, and blesses; nothing narrows that."""
    for name, value in options.items():
        if value:
            raise typer.BadParameter(f"{name} has no place beside --bridge")


def measure_and_report(
    keeper: Keeper,
    subject: Subject,
    planned: RunRecord,
    *,
    no_compare: bool,
    output: Path | None,
    as_json: bool,
    budget_usd: float | None = None,
    now: bool = False,
    take_over: bool = False,
) -> None:
    """Perform a planned run, show its report, and exit with its verdict.

    ``budget_usd`` replaces the budget that the run was planned with; ``now`` confirms at once;
    ``take_over`` takes the run from a process that hangs.
    """
    from evals.errors import EngineError
    from evals.report.document import document
    from evals.report.text import print_report
    from service.cli.output import write_report
    from service.cli.progress import RunProgress
    from service.db.session import reading
    from service.errors import RunCancelled
    from service.pipeline import conclude, perform
    from service.store import readings

    with reading(keeper.engine) as session:
        before = readings.costs(session, planned.id)
    try:
        with RunProgress(
            screen(stderr=True),
            total=planned.planned_samples,
            label=f"{planned.endpoint} · {planned.suite}",
            done=before.samples,
            spent_usd=None if subject.without_price else before.cost_usd,
        ) as progress:
            perform(
                keeper,
                subject,
                planned,
                progress,
                budget_usd=budget_usd,
                at_once=now,
                take_over=take_over,
            )
    except (EngineError, RunCancelled) as error:
        conclude(keeper, subject, planned.id)
        error.add_note(f"Run {planned.id} is kept; go on with: evals runs resume {planned.id}")
        raise
    except KeyboardInterrupt:
        conclude(keeper, subject, planned.id)
        typer.echo(f"Stopped. Go on with: evals runs resume {planned.id}", err=True)
        raise
    report = conclude(keeper, subject, planned.id)
    if output is not None:
        write_report(report, output)
    if as_json:
        print_json(document(report))
    else:
        print_report(report, screen())
    raise typer.Exit(_exit_code(report.verdict, no_compare=no_compare))


def _exit_code(verdict: Verdict, *, no_compare: bool) -> int:
    """Without a comparison only what was not measured counts, and a pin that is broken."""
    measured = verdict.kind is not VerdictKind.INVALID
    return 0 if no_compare and measured else verdict.exit_code


command = run
