"""``evals stats``: judge outcomes measured elsewhere, and say what a suite can see."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from service.cli.context import AsJson, print_json, screen

if TYPE_CHECKING:
    from evals.stats.mde import Plan

_MOST_BYTES: Final = 64 * 2**20

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Statistics without a store.", name="stats"
)

MatrixFile = Annotated[Path, typer.Argument(help="The matrices as JSON; - reads standard input.")]
Items = Annotated[int, typer.Option(min=1, max=10**9, help="Items of the suite.")]
Epochs = Annotated[int, typer.Option(min=1, max=10**6, help="How often a run asks each item.")]
Passes = Annotated[int, typer.Option(min=1, max=10**6, help="Passes of the baseline.")]
Vbar = Annotated[
    float, typer.Option(help="Item noise: the mean of p (1 - p); 0.017 is usual, at most 0.25.")
]
Rho = Annotated[
    float, typer.Option(help="How much an item's epochs of one run resemble each other, 0 to 1.")
]
Alpha = Annotated[float, typer.Option(help="Level of each check; 1/260 by default.")]


@app.command()
def judge(
    file: MatrixFile,
    *,
    smallest_effect: Annotated[
        float, typer.Option(help="An ok that could not have seen such a drop is inconclusive.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Judge runs against a baseline: {"baseline": [B][N][K], "runs": [R][N][K], "alpha": 0.00385}.

    B passes, R runs, N items, K epochs; each outcome is 1, 0, or null for not measured. p_drop and
    p_rise judge a run alone; p_week has the memory of the runs before it. Exit codes, of the last
    run: 0 ok or improved, 1 regressed, 2 usage, 3 inconclusive or invalid.
    """
    from evals.matrices.document import judgement_document
    from evals.matrices.judging import judge_matrices
    from evals.matrices.parsing import parse_matrices
    from evals.matrices.text import print_judgements
    from evals.verdict import EXIT_CODES

    _within("--smallest-effect", smallest_effect, 0, 100)
    matrices = parse_matrices(_read(file), name=_name(file))
    judged = judge_matrices(matrices, smallest_effect=smallest_effect / 100)
    if as_json:
        print_json(judgement_document(judged))
    else:
        print_judgements(judged, screen(), alpha=matrices.alpha)
    raise typer.Exit(EXIT_CODES[judged[-1].verdict])


@app.command()
def power(
    *,
    items: Items,
    epochs: Epochs = 1,
    passes: Passes = 16,
    vbar: Vbar = 0.017,
    rho: Rho = 0.0,
    alpha: Alpha = 1 / 260,
    as_json: AsJson = False,
) -> None:
    """Say what a suite can see: the smallest drop it finds 4 times in 5, and larger ones."""
    from evals.matrices.planning import print_sight, sight, sight_document

    _within("--alpha", alpha, 0, 1)
    seen = sight(_plan(items, epochs, passes, vbar, rho), alpha=alpha)
    if as_json:
        print_json(sight_document(seen))
    else:
        print_sight(seen, screen())


@app.command()
def size(
    *,
    drop: Annotated[float, typer.Option(help="The drop to be seen 4 times in 5, in points.")],
    passes: Passes = 16,
    vbar: Vbar = 0.017,
    rho: Rho = 0.0,
    alpha: Alpha = 1 / 260,
    as_json: AsJson = False,
) -> None:
    """Say how many items, asked how often, see a drop."""
    from evals.matrices.planning import need, need_document, print_need

    _within("--drop", drop, 0, 100)
    _within("--alpha", alpha, 0, 1)
    needed = need(_plan(1, 1, passes, vbar, rho), drop=drop / 100, alpha=alpha)
    if as_json:
        print_json(need_document(needed))
    else:
        print_need(needed, screen())


def _plan(items: int, epochs: int, passes: int, vbar: float, rho: float) -> Plan:
    from evals.stats.mde import Plan

    _within("--vbar", vbar, 0, 0.25, ends=True)
    _within("--rho", rho, 0, 1, ends=True)
    return Plan(items=items, epochs=epochs, passes=passes, noise=vbar, rho=rho)


def _within(option: str, value: float, low: float, high: float, *, ends: bool = False) -> None:
    """Refuse what lies outside, nan included."""
    from evals.errors import EvalsError

    if low < value < high or (ends and value in (low, high)):
        return
    inside = "from" if ends else "between"
    link = "to" if ends else "and"
    raise EvalsError(
        f"{value:g} is out of range",
        where=option,
        fix=f"Take a number {inside} {low} {link} {high}.",
    )


def _is_stdin(file: Path) -> bool:
    return str(file) == "-"


def _name(file: Path) -> str:
    return "standard input" if _is_stdin(file) else str(file)


def _read(file: Path) -> str:
    from evals.errors import EvalsError

    try:
        if _is_stdin(file):
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with file.open("rb") as opened:
                data = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise EvalsError(
            f"the matrices cannot be read: {error.strerror}",
            where=_name(file),
            fix="Check the path.",
        ) from error
    if len(data) > _MOST_BYTES:
        raise EvalsError(
            f"the matrices are larger than {_MOST_BYTES >> 20} MB",
            where=_name(file),
            fix="Judge a part of them.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EvalsError(
            f"this is not UTF-8 (byte {error.start})", where=_name(file), fix="Save it as UTF-8."
        ) from error
