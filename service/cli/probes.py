"""``evals probes``: what each probe asks, what that costs, and what it yields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.context import AsJson, print_json, print_table

if TYPE_CHECKING:
    from evals.golden_set import GoldenSet, Item
    from evals.probes.probe import Probe

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Probes: tasks that measure a behaviour.",
)

Name = Annotated[str, typer.Argument(help="The name of a probe.")]


@app.command("list")
def list_probes(*, as_json: AsJson = False) -> None:
    """List the probes, the calls that each takes, and what it asks."""
    from rich.table import Column, Table

    from evals.probes.registry import generate, known_probes, probe_named

    rows = [_facts(probe_named(name), generate(name, {})) for name in known_probes()]
    if as_json:
        print_json(rows)
        return
    table = Table("Probe", Column("Calls", justify="right"), "What it asks", box=None)
    for row in rows:
        table.add_row(row["name"], str(row["calls"]), row["summary"])
    print_table(table)


@app.command()
def show(name: Name, *, as_json: AsJson = False) -> None:
    """Show a probe: its options, series, figures, and what others measured."""
    from evals.probes.registry import generate, probe_named

    probe = probe_named(name)
    facts = _facts(probe, generate(name, {}))
    facts["figures"] = [
        {"name": figure.name, "headline": figure.headline, "says": figure.says}
        for figure in probe.figures([])
    ]
    facts["published"] = [
        {"figure": one.figure, "says": one.says, "source": one.source} for one in probe.published
    ]
    if as_json:
        print_json(facts)
        return
    _show(facts)


@app.command()
def preview(
    name: Name,
    *,
    items: Annotated[int, typer.Option(min=1, help="So many questions, of every arm one.")] = 1,
    arm: Annotated[str | None, typer.Option(help="Only this arm.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print prompts exactly as they are sent; nothing is asked."""
    from evals.errors import EvalsError
    from evals.probes.registry import generate

    generated = generate(name, {}).items
    arms = list(dict.fromkeys(item.arm for item in generated))
    if arm is not None and arm not in arms:
        raise EvalsError(
            f"probe {name!r} has no arm {arm!r}", fix=f"Use one of: {', '.join(arms)}."
        )
    chosen = [
        item
        for one in ([arm] if arm else arms)
        for item in [item for item in generated if item.arm == one][:items]
    ]
    if as_json:
        print_json([item.document() for item in chosen])
        return
    for item in chosen:
        _preview(item)


def _facts(probe: Probe, generated: GoldenSet) -> dict[str, Any]:
    from evals.compare.series import series_names
    from evals.endpoint import Endpoint
    from evals.engine.plan import PlannedSample, PlannedTask
    from evals.estimate import estimate

    samples = tuple(
        PlannedSample(item=item, epoch=epoch)
        for epoch in range(1, probe.epochs + 1)
        for item in generated.items
    )
    taken = estimate(Endpoint(model="any/model"), [PlannedTask(name=probe.name, samples=samples)])
    return {
        "name": probe.name,
        "version": generated.version,
        "digest": generated.digest,
        "summary": probe.summary,
        "questions": len({item.conversation or item.id for item in generated.items}),
        "arms": list(dict.fromkeys(item.arm for item in generated.items)),
        "epochs": probe.epochs,
        "calls": taken.calls,
        "input_tokens": taken.input_tokens,
        "series": list(series_names(generated)),
        "options": probe.options_type().model_dump(mode="json"),
    }


def _show(facts: dict[str, Any]) -> None:
    typer.echo(f"{facts['name']}, version {facts['version']} ({facts['digest'][:12]})")
    typer.echo(f"  {facts['summary']}")
    repeated = f", each {facts['epochs']} times" if facts["epochs"] > 1 else ""
    typer.echo(
        f"  {facts['questions']} questions{repeated}: {facts['calls']} calls, about "
        f"{facts['input_tokens']} tokens to read"
    )
    typer.echo(f"  arms: {', '.join(facts['arms'])}")
    typer.echo(f"  series: {', '.join(facts['series'])}")
    options = facts["options"]
    typer.echo("Options, under `options:` in a suite" + ("" if options else ": none"))
    for option, default in options.items():
        typer.echo(f"  {option}: {json.dumps(default)}")
    typer.echo("Figures")
    for figure in facts["figures"]:
        headline = " (the headline)" if figure["headline"] else ""
        typer.echo(f"  {figure['name']}{headline}  {figure['says']}".rstrip())
    typer.echo("Published")
    for one in facts["published"]:
        typer.echo(f"  {one['figure']}: {one['says']} ({one['source']})")


def _preview(item: Item) -> None:
    typer.secho(f"{item.id}, arm {item.arm}", bold=True)
    for message in item.messages:
        typer.echo(f"[{message.role}] {message.content}")
    for turn in item.turns:
        typer.echo("[assistant] ...")
        typer.echo(f"[user] {turn}")
    targets = " or ".join(item.targets) or "by rule"
    typer.echo(f"right: {targets}, by scorer {item.scorer.name}")
    typer.echo("")
