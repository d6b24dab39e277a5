"""What a run would take, shown before anything is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from service.cli.context import open_keeper, print_json

if TYPE_CHECKING:
    from evals.engine.plan import PlannedTask
    from evals.estimate import Estimate
    from service.stages.plan import Options
    from service.subject import Subject


def show_estimate(subject: Subject, options: Options, *, as_json: bool) -> None:
    """Print what a run would take: usually, and at most where something looks odd."""
    from dataclasses import asdict

    from evals.estimate import estimate

    tasks, most_calls = _plan(subject, options)
    whole = estimate(subject.endpoint, tasks, judge=subject.judge)
    if as_json:
        each = {
            task.name: asdict(estimate(subject.endpoint, [task], judge=subject.judge))
            for task in tasks
        }
        print_json({**asdict(whole), "most_calls": most_calls, "tasks": each})
        return
    typer.echo(f"{subject.endpoint_name} · {subject.suite_name}: nothing was asked.")
    for variable in _keys_not_set(subject):
        typer.echo(f"  {variable} is not set; a run needs the key that it holds", err=True)
    for task in tasks:
        alone = estimate(subject.endpoint, [task], judge=subject.judge)
        reads = f"{alone.input_tokens:8} tokens to read{_price_of(alone)}"
        typer.echo(f"  {task.name:24} {alone.calls:6} calls {reads}")
    output = whole.most_output_tokens
    typer.echo(f"  calls                    {whole.calls:6}  (retries come on top)")
    if most_calls > whole.calls:
        typer.echo(f"  calls at most            {most_calls:6}  (if something looks odd)")
    if whole.judge_calls:
        typer.echo(f"  calls to the judge       {whole.judge_calls:6}  (one for each reply)")
    typer.echo(
        f"  input tokens             {whole.input_tokens:6}  (about, from the prompts' length)"
    )
    longest = "if every reply is as long as it may be" if output else "it needs max_tokens"
    typer.echo(f"  output tokens            {_or_unknown(output):>6}  ({longest})")
    cost = None if whole.most_cost_usd is None else f"${whole.most_cost_usd:.4f}"
    of_those = f"of those tokens, for {whole.calls} calls" if cost else "needs price and max_tokens"
    typer.echo(f"  cost                     {_or_unknown(cost):>6}  ({of_those})")


def _keys_not_set(subject: Subject) -> list[str]:
    from service.settings import Settings

    settings = Settings.from_environment()
    asked = [one.key_variable for one in (subject.endpoint, subject.judge) if one is not None]
    return [name for name in asked if name is not None and settings.secret(name) is None]


def _price_of(alone: Estimate) -> str:
    return "" if alone.most_cost_usd is None else f"  ${alone.most_cost_usd:.4f}"


def _plan(subject: Subject, options: Options) -> tuple[tuple[PlannedTask, ...], int]:
    """Return what is asked in any case, and the most calls that this can lead to, if more."""
    from service.stages.plan import planned_tasks

    if options.epochs is None and _has_store():
        from service.db.session import reading
        from service.stages.sample import course_of, first_look, terms_for

        with reading(open_keeper().engine) as session:
            terms = terms_for(session, subject, epochs=options.epochs)
            course = course_of(session, subject, terms, limit=options.limit)
        if course is not None:
            return first_look(subject, course), course.most_calls
    return planned_tasks(subject, options), 0


def _has_store() -> bool:
    """Whether there may be a baseline; a dry run makes no database."""
    from sqlalchemy import make_url

    from service.settings import Settings

    url = make_url(Settings.from_environment().database_url)
    if not url.drivername.startswith("sqlite"):
        return True
    return bool(url.database) and Path(str(url.database)).exists()


def _or_unknown(value: object) -> str:
    return "unknown" if value is None else str(value)
