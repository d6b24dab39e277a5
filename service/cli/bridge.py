"""``evals run --bridge``: we changed the way of asking; go on from it without losing the thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from service.cli.context import open_keeper, print_json, screen

if TYPE_CHECKING:
    from datetime import datetime

    from evals.bridge import BridgeReport
    from evals.config import Config
    from service.bridge import Bridge
    from service.keeper import Keeper
    from service.stages.plan import Options
    from service.subject import Subject


def run_bridge(
    config: Config,
    subject: Subject,
    options: Options,
    *,
    passes: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Ask both ways, say what was found, bless where the bridge holds, and exit accordingly."""
    from evals.bridge import BridgeOutcome, bridge_document, bridge_text
    from evals.stats.reference import ENOUGH_PASSES
    from service.bridge import bridge_report, plan_bridge

    keeper = open_keeper()
    bridge = plan_bridge(
        keeper, config, subject, passes=passes or ENOUGH_PASSES, options=options, now=_now()
    )
    if dry_run:
        _estimate(bridge)
        raise typer.Exit
    _collect(keeper, bridge)
    report = bridge_report(keeper, bridge)
    holds = report.outcome is BridgeOutcome.HOLDS
    if holds:
        _re_anchor(keeper, report)
    if as_json:
        print_json(bridge_document(report, blessed=holds))
    else:
        typer.echo(bridge_text(report), nl=False)
    raise typer.Exit(report.exit_code)


def _collect(keeper: Keeper, bridge: Bridge) -> None:
    from service.bridge import ask_passes, next_passes
    from service.cli.progress import RunProgress, nothing_spent

    while sides := next_passes(keeper, bridge):
        total = sum(side.run.planned_samples for side in sides)
        label = f"{bridge.baseline.name} and {bridge.anchor}"
        spent = nothing_spent(*(side.subject for side in sides))
        with RunProgress(
            screen(stderr=True), total=total, label=label, spent_usd=spent
        ) as progress:
            ask_passes(keeper, bridge, sides, progress)


def _re_anchor(keeper: Keeper, report: BridgeReport) -> None:
    from getpass import getuser

    from service.bridge import re_anchor

    re_anchor(keeper, report, who=getuser(), now=_now())


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(UTC)  # noqa: TID251 - a command line may read the clock


def _estimate(bridge: Bridge) -> None:
    from dataclasses import replace

    from service.cli.estimates import show_estimate

    typer.echo(f"From {bridge.baseline.name} to {bridge.anchor}: {'; '.join(bridge.changes)}")
    names = ("the old way", "the new way")[-len(bridge.ways) :]
    for name, (subject, options) in zip(names, bridge.ways, strict=True):
        typer.echo(f"{name}, {bridge.passes} times:")
        show_estimate(subject, replace(options, epochs=bridge.passes), as_json=False)
