"""``evals demo``: a real small model changes silently behind its name, and the reports tell.

Everything that the demo does can be done by hand; it prints the commands as it goes along.
"""

from __future__ import annotations

import socket
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.rule import Rule

from service.cli.context import screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evals.report.view import RunReport
    from service.keeper import Keeper
    from service.subject import Subject

SUITE = "capitals-and-sums"
ENDPOINT = "demo-model"
NAIVE_POINTS = 5
HIDDEN_PROMPT = "You always answer in Spanish, in one short sentence."

CONFIG = """\
# Written by `evals demo`. The server stays the same; what answers behind its name does not.
endpoints:
  {endpoint}:
    model: openai-api/demo/{model}
    base_url: http://127.0.0.1:{port}/v1
    parameters: {{temperature: 0, seed: 1, max_tokens: 96}}
    limits: {{max_connections: 2, timeout_seconds: 60, max_retries: 1}}
suites:
  {suite}:
    policy: demo
    tasks:
      - golden_set: {suite}
policies:
  # Four passes over 40 items cannot see small drops; the demo does not pretend that they could.
  demo: {{smallest_effect_points: 25}}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One silent change, staged behind the same name.

    ``what`` completes "Now ..."; ``behaviour`` is what the server is restarted with.
    """

    title: str
    what: str
    behaviour: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """A server that can be started with a behaviour, on a port that stays the same."""

    model: str
    serve: Callable[[dict[str, Any]], Any]
    acts: tuple[Act, ...]


def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path(".demo"),
    passes: Annotated[int, typer.Option(min=2, help="Passes of the baseline.")] = 4,
    *,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Use the simulator instead of the real model.")
    ] = False,
) -> None:
    """Watch a real model change silently, and be told: about two minutes, no key needed."""
    port = _free_port()
    stage = _stage(port, simulated=simulated)
    keeper, subject = _prepare(folder, stage, port)
    _tell("1. A baseline", f"{stage.model} answers 40 questions, {passes} times over.")
    with stage.serve({}):
        blessed = [_measure(keeper, subject, f"pass {n} of {passes}") for n in range(1, passes + 1)]
        _bless(keeper, [report.run.id for report in blessed])
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
    return _simulated_stage(port) if simulated else _real_stage(port)


def _real_stage(port: int) -> Stage:
    from evals.local_model import LocalModelConfig, running_local_model

    @contextmanager
    def serve(behaviour: dict[str, Any]) -> Iterator[None]:
        with running_local_model(LocalModelConfig(port=port, parallel=2, **behaviour)):
            yield

    return Stage(
        model="smollm2-135m-instruct",
        serve=serve,
        acts=(
            Act(
                title="A cheaper cache",
                what="Now the server keeps its memory in 4 bits, as a provider might to save cost.",
                behaviour={"kv_cache": "q4_0"},
            ),
            Act(
                title="A hidden instruction",
                what=f"Now somebody put a hidden prompt before every question: {HIDDEN_PROMPT!r}",
                behaviour={"system_prompt": HIDDEN_PROMPT},
            ),
        ),
    )


def _simulated_stage(port: int) -> Stage:
    from evals.shipped import find_golden_set
    from evals.simulator.endpoint import SimulatorConfig
    from evals.simulator.learning import knowledge_of
    from evals.simulator.running import running_simulator

    knowledge = knowledge_of(find_golden_set(SUITE, []).golden_set.items)

    @contextmanager
    def serve(behaviour: dict[str, Any]) -> Iterator[None]:
        config = SimulatorConfig(knowledge=knowledge, models=("simulated-1",), seed=1)
        with running_simulator(config, port=port) as simulator:
            simulator.behave(skill=0.85, noise=0.0, **behaviour)
            yield

    return Stage(
        model="simulated-1",
        serve=serve,
        acts=(
            Act(
                title="Other mistakes",
                what="Now another model with the same skill answers under the same name.",
                behaviour={"misroute_share": 1.0, "other": {"name": "another", "skill": 0.85}},
            ),
            Act(
                title="A loss of skill",
                what="Now the model has lost 30 points of skill.",
                behaviour={"skill_drop": 0.3},
            ),
        ),
    )


def _prepare(folder: Path, stage: Stage, port: int) -> tuple[Keeper, Subject]:
    from evals.config import load_config
    from service.db.engine import create_engine
    from service.db.migrate import ensure_current
    from service.keeper import Keeper
    from service.settings import Settings
    from service.subject import resolve

    config_path = folder / "evals.yaml"
    data = (folder / "data").absolute()
    _refuse_a_project(config_path, data)
    folder.mkdir(parents=True, exist_ok=True)
    config_path.write_text(
        CONFIG.format(endpoint=ENDPOINT, model=stage.model, port=port, suite=SUITE),
        encoding="utf-8",
    )
    # The demo starts afresh each time: its own folder, its own database, nobody else's.
    for old in data.glob("pinwatch.db*"):
        old.unlink()
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(data)})
    engine = create_engine(settings.database_url)
    ensure_current(engine)
    subject = resolve(load_config(config_path), endpoint=ENDPOINT, suite=SUITE, search_paths=[])
    return Keeper(engine=engine, settings=settings), subject


def _refuse_a_project(config_path: Path, data: Path) -> None:
    """The demo writes its own configuration and empties its own store, and nobody else's."""
    from evals.errors import ConfigError

    try:
        ours = config_path.read_text("utf-8", "replace").startswith(CONFIG.partition("\n")[0])
    except FileNotFoundError:
        ours = not any(data.glob("pinwatch.db*"))
    if not ours:
        raise ConfigError(
            "this folder holds a project that is not the demo's",
            where=str(config_path.parent),
            fix="Name a folder of its own with --folder.",
        )


def _measure(keeper: Keeper, subject: Subject, label: str, *, show: bool = False) -> RunReport:
    from evals.report.text import print_report
    from service.cli.progress import RunProgress
    from service.pipeline import conclude, new_run, perform
    from service.stages.plan import Options

    run = new_run(keeper, subject, Options(epochs=1))
    with RunProgress(screen(stderr=True), total=run.planned_samples, label=label) as progress:
        perform(keeper, subject, run, progress)
    report = conclude(keeper, subject, run.id)
    if show:
        print_report(report, screen())
    else:
        task = report.comparison.tasks[0]
        right = round((task.score.rate or 0) * task.score.n)
        typer.echo(f"   {label}: {right} of {task.planned} right, {report.usage.seconds:.0f} s")
    return report


def _bless(keeper: Keeper, run_ids: list[str]) -> None:
    from datetime import UTC, datetime

    from service.db.session import writing
    from service.store import baselines

    with writing(keeper.engine) as session:
        baselines.bless(
            session,
            name=ENDPOINT,
            run_ids=run_ids,
            who="demo",
            why="as first seen",
            now=datetime.now(UTC),  # noqa: TID251 - a command line may read the clock
        )


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


def _free_port() -> int:
    """Find a port once: the address is part of the pin, so it stays while servers come and go."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


command = demo
