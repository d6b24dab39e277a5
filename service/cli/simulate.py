"""`evals simulate`: an endpoint of known truth on this machine, with changes and faults on cue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.golden_set import Item
    from evals.simulator.behaviour import Behaviour
    from evals.simulator.running import RunningSimulator

_SNIPPET = """\
OpenAI protocol     {openai}
Anthropic protocol  {anthropic}
Change it with      curl -d '{{"skill_drop": 0.3}}' {url}/_simulator/behaviour

evals.yaml:
  endpoints:
    simulator:
      model: openai-api/simulator/{model}
      base_url: {openai}

Ready. Stop with Ctrl-C."""


def simulate(
    golden_set: Annotated[
        list[str] | None,
        typer.Option(
            help="Name or folder of a golden set whose answers it knows, or probe:NAME; repeatable."
        ),
    ] = None,
    persona: Annotated[
        list[str] | None,
        typer.Option(help="Fields such as skill=0.9,noise=0.1, or a YAML file; repeatable."),
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(help="A change on cue, such as after=100,skill_drop=0.3; repeatable."),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="A fault, such as rate_limit:share=0.1,count=5,after=50; repeatable."),
    ] = None,
    replay: Annotated[
        Path | None, typer.Option(help="JSONL (.gz) of recorded answers to replay by prompt.")
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="Which recorded version to replay; the first by default.")
    ] = None,
    mix: Annotated[
        str | None, typer.Option(help="VERSION=SHARE: mix in another recorded version.")
    ] = None,
    model: Annotated[str, typer.Option(help="Model id to list.")] = "sim-1",
    seed: Annotated[int, typer.Option(help="Seed of every draw.")] = 0,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes any free one.")] = 0,
) -> None:
    """Serve a simulated endpoint (OpenAI and Anthropic protocols) whose truth is known."""
    from evals.simulator.endpoint import SimulatorConfig
    from evals.simulator.learning import knowledge_of
    from evals.simulator.loopback import until_stopped
    from evals.simulator.recordings import Recordings, read_recordings
    from evals.simulator.running import running_simulator
    from evals.simulator.spoken import scripted

    recordings = read_recordings(replay) if replay else Recordings()
    opening = _opening(persona or (), version=version, mix=mix, known=recordings.versions)
    behaviour, cues = scripted(opening, change or (), fault or ())
    config = SimulatorConfig(
        knowledge=knowledge_of(_items(golden_set or ())),
        recordings=recordings,
        behaviour=behaviour,
        cues=cues,
        models=(model,),
        seed=seed,
    )
    with until_stopped() as stop, running_simulator(config, port=port) as simulator:
        typer.echo(_greeting(simulator, model))
        stop.wait()


command = simulate


def _greeting(simulator: RunningSimulator, model: str) -> str:
    return _SNIPPET.format(
        url=simulator.url,
        openai=simulator.openai_base_url,
        anthropic=simulator.anthropic_base_url,
        model=model,
    )


def _items(golden_sets: Sequence[str]) -> Iterator[Item]:
    from evals.golden.folder import read_golden_folder
    from evals.golden_set import GENERATED_BY
    from evals.probes.registry import generate
    from service.cli.golden_sources import named_golden_set

    for name in golden_sets:
        folder = Path(name)
        if name.startswith(GENERATED_BY):
            yield from generate(name.removeprefix(GENERATED_BY), {}).items
        elif folder.is_dir():
            yield from read_golden_folder(folder).golden_set.items
        else:
            yield from named_golden_set(name, None).items


def _opening(
    persona: Sequence[str], *, version: str | None, mix: str | None, known: Sequence[str]
) -> Behaviour:
    from evals.errors import ConfigError
    from evals.simulator.behaviour import Behaviour, changed
    from evals.simulator.spoken import spoken_persona

    behaviour = Behaviour()
    for text in persona:
        behaviour = changed(behaviour, spoken_persona(text, file=Path(text)))
    if version is not None:
        behaviour = changed(behaviour, {"version": _known(version, known)})
    if mix is not None:
        name, mark, share = mix.rpartition("=")
        if not mark:
            fix = "Write for instance gpt-4-0613=0.25."
            raise ConfigError("--mix must be VERSION=SHARE", where=mix, fix=fix)
        recorded = {"mix_version": _known(name, known), "mix_share": share}
        behaviour = changed(behaviour, recorded)
    return behaviour


def _known(version: str, known: Sequence[str]) -> str:
    from evals.errors import ConfigError

    if version not in known:
        listed = ", ".join(known) or "none; give --replay FILE"
        raise ConfigError(f"no answers of {version!r} are recorded", fix=f"Recorded: {listed}.")
    return version
