"""The options of commands that run something, each once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping


def above_zero(budget_usd: float | None) -> float | None:
    """Refuse a budget of nothing: it would look like none at all."""
    if budget_usd is not None and not budget_usd > 0:
        raise typer.BadParameter("a budget is more than 0 USD; leave the option out for no budget")
    return budget_usd


def refuse_beside_bridge(
    options: Mapping[str, object], *, bridge: bool, passes: int | None
) -> None:
    """A bridge asks every item both ways in whole passes, and blesses; nothing narrows that."""
    if passes is not None and not bridge:
        raise typer.BadParameter("--passes belongs to --bridge")
    named = next((name for name, value in options.items() if value), None)
    if bridge and named is not None:
        raise typer.BadParameter(f"{named} has no place beside --bridge")


EndpointName = Annotated[
    str | None,
    typer.Argument(help="A name from evals.yaml, or provider/model; the only one if absent."),
]
SuiteName = Annotated[
    str | None,
    typer.Option(help="A suite, or the name of a golden set; the only suite if absent."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first items of each task.")]
Epochs = Annotated[
    int | None,
    typer.Option("--epochs", "--fixed", min=1, max=100, help="Ask each item so often, odd or not."),
]
MaxConnections = Annotated[int | None, typer.Option(min=1, help="Calls at once.")]
BudgetUsd = Annotated[
    float | None,
    typer.Option(callback=above_zero, help="Stop after spending this; the run is then invalid."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and ask nothing.")]
Now = Annotated[
    bool, typer.Option("--now", help="Confirm what looks odd at once, not later the same day.")
]
NoCompare = Annotated[
    bool, typer.Option("--no-compare", help="Only measure: exit 0 whatever the baseline says.")
]
Against = Annotated[
    str | None,
    typer.Option(help="Compare with this endpoint instead: evals compare, from this side."),
]
Bridge = Annotated[
    bool,
    typer.Option(
        "--bridge",
        help="We changed how it is asked: ask the old way and the new in one window, and go on"
        " from the new one where the endpoint itself did not change.",
    ),
]
Passes = Annotated[
    int | None, typer.Option(min=2, max=20, help="Passes of a bridge, each way; 8 if absent.")
]
OutputPath = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Write the report: .md, .html, .json, .xml (JUnit), .txt."),
]
