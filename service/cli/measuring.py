"""A planned run, performed before a person's eyes: progress, report, exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from evals.verdict import VerdictKind
from service.cli.context import print_json, screen

if TYPE_CHECKING:
    from pathlib import Path

    from evals.records import RunRecord
    from evals.report.view import RunReport
    from service.keeper import Keeper
    from service.subject import Subject


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
    from service.errors import RunCancelled
    from service.pipeline import conclude

    try:
        _perform(keeper, subject, planned, budget_usd=budget_usd, now=now, take_over=take_over)
    except (EngineError, RunCancelled) as error:
        conclude(keeper, subject, planned.id)
        error.add_note(f"Run {planned.id} is kept; go on with: evals runs resume {planned.id}")
        raise
    except KeyboardInterrupt:
        conclude(keeper, subject, planned.id)
        typer.echo(f"Stopped. Go on with: evals runs resume {planned.id}", err=True)
        raise
    report = conclude(keeper, subject, planned.id)
    _show(report, output, as_json=as_json)
    verdict = report.verdict
    raise typer.Exit(exit_code(verdict.kind, verdict.exit_code, no_compare=no_compare))


def _perform(
    keeper: Keeper,
    subject: Subject,
    planned: RunRecord,
    *,
    budget_usd: float | None,
    now: bool,
    take_over: bool,
) -> None:
    """Ask, and show how far it is; what was asked before counts."""
    from service.cli.progress import RunProgress
    from service.db.session import reading
    from service.pipeline import perform
    from service.store import readings

    with reading(keeper.engine) as session:
        before = readings.costs(session, planned.id)
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


def _show(report: RunReport, output: Path | None, *, as_json: bool) -> None:
    from evals.report.document import document
    from evals.report.text import print_report
    from service.cli.output import write_report

    if output is not None:
        write_report(report, output)
    if as_json:
        print_json(document(report))
    else:
        print_report(report, screen())


def exit_code(kind: VerdictKind, code: int, *, no_compare: bool) -> int:
    """Without a comparison only what was not measured counts, and a pin that is broken."""
    measured = kind is not VerdictKind.INVALID
    return 0 if no_compare and measured else code
