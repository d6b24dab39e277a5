"""``evals bench``: how often our detectors are wrong, and how often they see, measured here."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads it at run time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.bench_real_model import real_model
from service.cli.bench_tables import print_titled
from service.cli.context import AsJson, print_json, screen

if TYPE_CHECKING:
    from evals.bench.figures import Figure

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Measure detectors on endpoints of known truth.",
)

DEFAULT_SEEDS = 50


@app.callback()
def bench() -> None:
    """Measure detectors on endpoints of known truth."""


app.command()(real_model)


@app.command()
def detectors(
    *,
    seeds: Annotated[
        int,
        typer.Option(
            min=0,
            help="Simulations of a row; false alarms take four times as many. 50 take under a"
            " minute, 2000 about half an hour; 0 leaves the tables out.",
        ),
    ] = DEFAULT_SEEDS,
    replays: Annotated[
        list[Path] | None,
        typer.Option("--replay", help="Recorded answers to replay; may be given again."),
    ] = None,
    document: Annotated[
        Path | None,
        typer.Option("--write", help="Put the tables between this document's markers."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print false alarms, power, lag and calls of our policy beside those of usual rules.

    Every figure carries its 95 % Monte Carlo interval; the same seeds give the same figures.
    """
    from evals.bench.recordings import read_recording
    from evals.bench.replay import replay

    recordings = [read_recording(path) for path in replays or []]
    figures = _measure(seeds, document) if seeds else {}
    replayed: dict[str, Figure] = {}
    for recording in recordings:
        replayed |= replay(recording)
    if as_json:
        _print_json(seeds, figures, replayed)
    else:
        _print_tables(figures, replayed)


def _measure(seeds: int, document: Path | None) -> dict[str, Figure]:
    from evals.bench.document import BLOCK_SEEDS, check_document, write_measured
    from evals.bench.measure import measure

    if document is not None:
        check_document(document)
    with screen(stderr=True).status("measuring") as status:
        figures = measure(seeds, say=status.update)
        if document is not None:
            block = measure(BLOCK_SEEDS, say=status.update)
            write_measured(document, seeds=seeds, figures=figures, block=block)
    return figures


def _print_json(seeds: int, figures: dict[str, Figure], replayed: dict[str, Figure]) -> None:
    from evals.bench.document import to_json

    shown: dict[str, Any] = {"seeds": seeds}
    print_json(shown | {"figures": to_json(figures), "replays": to_json(replayed)})


def _print_tables(figures: dict[str, Figure], replayed: dict[str, Figure]) -> None:
    from evals.bench.tables import detector_tables, figure_table

    tables = detector_tables(figures) if figures else ()
    if replayed:
        tables = (*tables, figure_table("Recorded answers", replayed))
    for table in tables:
        print_titled(table)
    if not tables:
        typer.echo("Nothing was measured: give --seeds above 0, or --replay.")
