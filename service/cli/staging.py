"""An endpoint that stays the same and what answers behind it that does not, staged on this machine.

The demo shows it, and the bench measures it: a server on a port that stays, silent changes behind
its name, and a project of its own that watches it.
"""

from __future__ import annotations

import socket
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.cli.context import screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from evals.report.view import RunReport
    from service.keeper import Keeper
    from service.subject import Subject

SUITE = "capitals-and-sums"
ENDPOINT = "demo-model"
HIDDEN_PROMPT = "You always answer in Spanish, in one short sentence."

CONFIG = """\
# Written by `evals {writer}`. The server stays the same; what answers behind its name does not.
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
  # A few passes over 40 items cannot see small drops; nobody pretends here that they could.
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
    port: int
    serve: Callable[[dict[str, Any]], Any]
    acts: tuple[Act, ...]


def real_stage(port: int) -> Stage:
    """Stage the small real model: two silent changes, one that only changes, one that harms."""
    from evals.local_model import LocalModelConfig, running_local_model

    @contextmanager
    def serve(behaviour: dict[str, Any]) -> Iterator[None]:
        with running_local_model(LocalModelConfig(port=port, parallel=2, **behaviour)):
            yield

    return Stage(
        model="smollm2-135m-instruct",
        port=port,
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


def simulated_stage(port: int) -> Stage:
    """Stage the simulator in its place."""
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
        port=port,
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


def prepare(folder: Path, stage: Stage, *, writer: str) -> tuple[Keeper, Subject]:
    """Write the project that watches the stage into ``folder``, with an empty store.

    ``writer`` is the command whose project it is.

    Raises:
        ConfigError: The folder holds another project.
    """
    from evals.config import load_config
    from service.db.engine import create_engine
    from service.db.migrate import ensure_current
    from service.keeper import Keeper
    from service.settings import Settings
    from service.subject import resolve

    config_path = folder / "evals.yaml"
    data = (folder / "data").absolute()
    _refuse_a_project(config_path, data, writer)
    folder.mkdir(parents=True, exist_ok=True)
    config_path.write_text(
        CONFIG.format(
            writer=writer, endpoint=ENDPOINT, model=stage.model, port=stage.port, suite=SUITE
        ),
        encoding="utf-8",
    )
    # It starts afresh each time: its own folder, its own database, nobody else's.
    for old in data.glob("pinwatch.db*"):
        old.unlink()
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(data)})
    engine = create_engine(settings.database_url)
    ensure_current(engine)
    subject = resolve(load_config(config_path), endpoint=ENDPOINT, suite=SUITE, search_paths=[])
    return Keeper(engine=engine, settings=settings), subject


def _refuse_a_project(config_path: Path, data: Path, writer: str) -> None:
    """It writes its own configuration and empties its own store, and nobody else's."""
    from evals.errors import ConfigError

    try:
        ours = config_path.read_text("utf-8", "replace").startswith(_first_line(writer))
    except FileNotFoundError:
        ours = not any(data.glob("pinwatch.db*"))
    if not ours:
        raise ConfigError(
            f"this folder holds a project that is not the {writer}'s",
            where=str(config_path.parent),
            fix="Name a folder of its own with --folder.",
        )


def _first_line(writer: str) -> str:
    return CONFIG.partition("\n")[0].format(writer=writer)


def ask(keeper: Keeper, subject: Subject, label: str) -> RunReport:
    """Ask every item once, and judge."""
    from service.cli.progress import RunProgress, nothing_spent
    from service.pipeline import conclude, new_run, perform
    from service.stages.plan import Options

    run = new_run(keeper, subject, Options(epochs=1))
    spent = nothing_spent(subject)
    with RunProgress(
        screen(stderr=True), total=run.planned_samples, label=label, spent_usd=spent
    ) as progress:
        perform(keeper, subject, run, progress)
    return conclude(keeper, subject, run.id)


def bless(keeper: Keeper, reports: Sequence[RunReport], *, who: str) -> None:
    """Make the passes the baseline of the stage."""
    from datetime import UTC, datetime

    from service.db.session import writing
    from service.store import baselines

    with writing(keeper.engine) as session:
        baselines.bless(
            session,
            name=ENDPOINT,
            run_ids=[report.run.id for report in reports],
            who=who,
            why="as first seen",
            now=datetime.now(UTC),  # noqa: TID251 - a command line may read the clock
        )


def free_port() -> int:
    """Find a port once: the address is part of the pin, so it stays while servers come and go."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
