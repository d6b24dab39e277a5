"""``evals baseline build``: collect passes over an unchanged endpoint, report, propose to bless."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.context import ConfigPath, find_config, open_keeper, screen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from evals.records import RunRecord
    from evals.unchanged import Unchanged
    from service.collecting import Collected
    from service.keeper import Keeper
    from service.subject import Subject

_SHOWN_IDS = 8
_EXIT_TORN = 3


def build(
    endpoint: Annotated[str, typer.Argument(help="A name from evals.yaml, or provider/model.")],
    *,
    suite: Annotated[str, typer.Option(help="A suite, or the name of a golden set.")],
    name: Annotated[str, typer.Option(help="What to call the baseline.")],
    why: Annotated[str, typer.Option(help="Why this is what should stay.")],
    passes: Annotated[int, typer.Option(min=2, max=100, help="How many passes.")] = 16,
    spread: Annotated[
        str, typer.Option(help="Over how long: 3d, 12h, or now for one after the other.")
    ] = "3d",
    bless: Annotated[
        bool, typer.Option("--bless", help="Bless the passes when they are all there.")
    ] = False,
    config_path: ConfigPath = None,
) -> None:
    """Collect the passes of a baseline; the same command goes on where it stopped.

    Passes that are due are made; with days between them, run it again, or from cron. When all are
    there it reports how noisy the unchanged endpoint is, and proposes the blessing.
    """
    from evals.spread import parse_spread
    from service.subject import resolve

    length = parse_spread(spread)
    config, folders = find_config(config_path)
    subject = resolve(config, endpoint=endpoint, suite=suite, search_paths=folders)
    keeper = open_keeper()
    _refuse_taken(keeper, name)
    found = _collect(keeper, subject, name, passes=passes, spread=length)
    due = found.next_due(passes, length, now=_now())
    if due is not None:
        _say_when(len(found.whole), passes, due)
        return
    blessed = found.whole[:passes]
    _report(keeper, subject, name, blessed)
    _bless(keeper, name, why, blessed) if bless else _propose(name, why, blessed)


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(UTC)  # noqa: TID251 - a command line may read the clock


def _refuse_taken(keeper: Keeper, name: str) -> None:
    """Find out before any call is paid for."""
    from service.db.session import reading
    from service.errors import BaselineNotFound, BaselineRefused
    from service.store import baselines

    try:
        with reading(keeper.engine) as session:
            baselines.get(session, name)
    except BaselineNotFound:
        return
    raise BaselineRefused(
        f"a baseline is already named {name!r}", fix="Choose another name; baselines never move."
    )


def _collect(
    keeper: Keeper, subject: Subject, name: str, *, passes: int, spread: timedelta
) -> Collected:
    """Make every pass that is due; a pass that was begun is finished first."""
    from service.cli.progress import RunProgress, nothing_spent
    from service.collecting import collected
    from service.db.session import reading
    from service.pipeline import new_run, perform
    from service.stages.plan import Options

    torn = None
    while True:
        with reading(keeper.engine) as session:
            found = collected(session, subject, name)
        due = found.next_due(passes, spread, now=_now())
        if due is None or (found.open is None and due > _now()):
            return found
        if torn is not None and len(found.torn) > torn:
            _say_torn(found.torn[-1])
            raise typer.Exit(_EXIT_TORN)
        torn = len(found.torn)
        run = found.open or new_run(keeper, subject, Options(epochs=1, collected_for=name))
        label = f"pass {len(found.whole) + 1} of {passes}"
        spent = nothing_spent(subject)
        with RunProgress(
            screen(stderr=True), total=run.planned_samples, label=label, spent_usd=spent
        ) as progress:
            perform(keeper, subject, run, progress)
        _stop_unless_complete(keeper, run.id)


def _stop_unless_complete(keeper: Keeper, run_id: str) -> None:
    """A pass that its budget stopped would stop again at once, again and again."""
    from evals.records import RunStatus
    from service.db.session import reading
    from service.store import runs

    with reading(keeper.engine) as session:
        run = runs.get(session, run_id)
    if run.status is not RunStatus.COMPLETED:
        typer.echo(
            f"Run {run.id} stopped: {run.status_reason}.\n"
            f"See what can be done: evals runs show {run.id}; then give this command again.",
            err=True,
        )
        raise typer.Exit(_EXIT_TORN)


def _say_torn(run: RunRecord) -> None:
    typer.echo(
        f"Run {run.id} could not be graded well enough to be part of a baseline, and is left out.\n"
        f"See why: evals runs show {run.id}; then give this command again.",
        err=True,
    )


def _say_when(done: int, passes: int, due: datetime) -> None:
    from evals.numbers import moment

    typer.echo(
        f"{done} of {passes} passes are there; the next is due at {moment(due)}.\n"
        "Give this command again then, or from cron; it goes on where it stopped."
    )


def _report(keeper: Keeper, subject: Subject, name: str, passes: Sequence[RunRecord]) -> None:
    from evals.compare.levels import level_of_run
    from evals.compare.terms import terms_under
    from evals.unchanged import report_unchanged
    from service.db.session import reading
    from service.store import readings

    alpha = level_of_run(subject.policy, subject.series)
    terms = terms_under(subject.policy, baseline=name, alpha=alpha)
    with reading(keeper.engine) as session:
        loaded = readings.load(session, [run.id for run in passes])
    for golden_set in subject.golden_sets:
        mine = [
            [sample for sample in loaded[run.id] if sample.key.task == golden_set.name]
            for run in passes
        ]
        _print_unchanged(report_unchanged(golden_set.name, golden_set.items, mine, terms))


def _print_unchanged(one: Unchanged) -> None:
    from evals import numbers

    rho = "unknown (each item was asked once a pass)" if one.rho is None else f"{one.rho:.2f}"
    typer.echo(
        f"{one.task}: {numbers.plural(one.items, 'item')}, "
        f"{numbers.plural(one.passes, 'pass', 'passes')}, {numbers.percent(one.rate)} right\n"
        f"  noise per item, p (1 - p)   {one.vbar:.4f}\n"
        f"  rho, epochs of one run      {rho}\n"
        f"  run shock, lambda           {one.shock_ratio:.2f}\n"
        f"  a check could see           {numbers.smallest_seen(one.mde)}\n"
        f"  always right                {one.always}\n"
        f"  never right                 {_listed(one.never)}\n"
        f"  right every other time      {_listed(one.coins)}\n"
        f"  not graded                  {numbers.plural(one.missing, 'answer')}"
    )
    if one.never or one.coins:
        typer.echo("  Look at these items: a wrong target, or a question with two answers.")


def _listed(ids: Sequence[str]) -> str:
    if not ids:
        return "none"
    left = len(ids) - _SHOWN_IDS
    return ", ".join(ids[:_SHOWN_IDS]) + (f" and {left} more" if left > 0 else "")


def _propose(name: str, why: str, passes: Sequence[RunRecord]) -> None:
    ids = " ".join(run.id for run in passes)
    typer.echo(
        "If this is what should stay:\n"
        f"  evals baseline bless {ids} --name {quote(name)} --why {quote(why)}"
    )


def _bless(keeper: Keeper, name: str, why: str, passes: Sequence[RunRecord]) -> None:
    from getpass import getuser

    from service.db.session import writing
    from service.store import baselines

    with writing(keeper.engine) as session:
        baselines.bless(
            session,
            name=name,
            run_ids=[run.id for run in passes],
            who=getuser(),
            why=why,
            now=_now(),
        )
    typer.echo(f"Blessed: baseline {name}, {len(passes)} passes.")
