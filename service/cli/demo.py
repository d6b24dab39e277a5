"""``evals demo``: a real small model changes silently behind its name, and the reports tell.

Everything that the demo does can be done by hand; it prints the commands as it goes along.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.rule import Rule

from service.cli import staging
from service.cli.context import screen

if TYPE_CHECKING:
    from evals.report.view import RunReport
    from service.cli.staging import Stage
    from service.keeper import Keeper
    from service.subject import Subject

NAIVE_POINTS = 5


def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path(".demo"),
    passes: Annotated[int, typer.Option(min=2, help="Passes of the baseline.")] = 4,
    *,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Use the simulator instead of the real model.")
    ] = False,
) -> None:
    """Watch a real model change silently, and be told: two to three minutes, no key needed."""
    stage = _stage(staging.free_port(), simulated=simulated)
    keeper, subject = staging.prepare(folder, stage, writer="demo")
    _tell("1. A baseline", f"{stage.model} answers 40 questions, {passes} times over.")
    with stage.serve({}):
        blessed = [_measure(keeper, subject, f"pass {n} of {passes}") for n in range(1, passes + 1)]
        staging.bless(keeper, blessed, who="demo")
        _tell("2. The same model again", "Nothing changed, so nothing should be said.")
        reports = [("nothing", _measure(keeper, subject, "unchanged", show=True))]
    for number, act in enumerate(stage.acts, start=3):
        _tell(f"{number}. {act.title}", act.what)
        with stage.serve(act.behaviour):
            reports.append((act.title, _measure(keeper, subject, "asking again", show=True)))
    _summary(reports)
    _where_next(folder)


def _stage(port: int, *, simulated: bool) -> Stage:
    from evals.errors import EngineError
    from evals.local_model import LocalModelConfig, weights_path

    if not simulated:
        try:
            weights_path(LocalModelConfig())
        except EngineError as error:
            screen().print(f"The real model is not here: {error}\nThe simulator takes its place.\n")
            simulated = True
    return staging.simulated_stage(port) if simulated else staging.real_stage(port)


def _measure(keeper: Keeper, subject: Subject, label: str, *, show: bool = False) -> RunReport:
    from evals.report.text import print_report

    report = staging.ask(keeper, subject, label)
    if show:
        print_report(report, screen())
    else:
        task = report.comparison.tasks[0]
        right = round((task.score.rate or 0) * task.score.n)
        typer.echo(f"   {label}: {right} of {task.planned} right, {report.usage.seconds:.0f} s")
    return report


def _summary(reports: list[tuple[str, RunReport]]) -> None:
    _tell("What was said", "")
    naive_heading = f"a drop of {NAIVE_POINTS} points?"
    typer.echo(f"   {'what changed':24}{'accuracy':>22}   {'Pinwatch':14}{naive_heading}")
    for title, report in reports:
        before, after = _accuracy(report)
        drop = 100 * (before - after)
        naive = "alarm" if drop > NAIVE_POINTS else "silence"
        moved = f"{before:.1%} -> {after:.1%}"
        typer.echo(f"   {title:24}{moved:>22}   {report.verdict.kind.value:14}{naive}")
    typer.echo(
        f"\n   'Alert if it drops more than {NAIVE_POINTS} points' looks at one number. It cannot"
        "\n   see answers that change while accuracy stays, nor say how sure it is: on 50"
        "\n   items of a noisy endpoint it raises a false alarm in 15 % of checks."
    )


def _accuracy(report: RunReport) -> tuple[float, float]:
    task = report.comparison.tasks[0]
    before = task.baseline_score.rate if task.baseline_score else None
    return before or 0.0, task.score.rate or 0.0


def _where_next(folder: Path) -> None:
    _tell("Where to look next", "")
    evals = sys.argv[0]
    here = f"export EVALS_DATA_DIR={folder}/data EVALS_CONFIG={folder}/evals.yaml"
    for command, words in (
        (here, "first, so that the commands of the reports above find this demo; then"),
        (f"{evals} runs list", "every run of this demo, and its verdict"),
        (f"{evals} runs show RUN -o report.html", "a report as a page"),
        (f"{evals} config init", "in a new shell: your own endpoint"),
        (f"{evals} run ENDPOINT --suite starter --dry-run", "what a first run would take"),
    ):
        typer.echo(f"   {command}\n      {words}")


def _tell(title: str, words: str) -> None:
    screen().print(Rule(title, align="left"))
    if words:
        typer.echo(f"   {words}")


command = demo
