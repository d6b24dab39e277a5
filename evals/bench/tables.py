"""Measured figures as tables: rows of words, for the terminal and for the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf, isnan
from typing import TYPE_CHECKING, Final

from evals.bench.detectors import ADAPTIVE
from evals.bench.figures import Mean, Median, Rate
from evals.bench.goals import GOALS, ends
from evals.bench.scenarios import SCENARIOS

if TYPE_CHECKING:
    from evals.bench.figures import Figure

_COLUMNS: Final = {
    "fixed": "fixed plan",
    ADAPTIVE: "adaptive plan",
    "naive": "naive rule",
    "two-proportion": "two proportions",
    "mcnemar": "McNemar",
    "paired-t": "paired t",
}
_OTHER_COLUMNS: Final = ("figure", "measured", "simulations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A titled table of ready words."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def detector_tables(figures: dict[str, Figure]) -> tuple[Table, ...]:
    """Return the tables of a measurement: every detector, everything else, and the goals."""
    shown = {f"{scenario.key} | {name}" for scenario in SCENARIOS for name in _COLUMNS}
    rest = {key: figure for key, figure in figures.items() if key not in shown}
    return (_comparison(figures), figure_table("Other figures", rest), _goals(figures))


def figure_table(title: str, figures: dict[str, Figure]) -> Table:
    """Return one row a figure."""
    rows = tuple(
        (key.replace(" | ", ": "), cell(figure), str(figure.simulations))
        for key, figure in figures.items()
    )
    return Table(title=title, header=_OTHER_COLUMNS, rows=rows)


def cell(figure: Figure) -> str:
    """Write a figure with its 95 % Monte Carlo interval.

    >>> cell(Rate(hits=3, simulations=1000))
    '0.30 % (0.10 to 0.88)'
    """
    low, high = ends(figure)
    if isinstance(figure, Rate):
        value, low, high = 100 * figure.value, 100 * low, 100 * high
        digits = 2 if value < 10 else 1
        return f"{value:.{digits}f} % ({low:.{digits}f} to {high:.{digits}f})"
    digits = 0 if isinstance(figure, Median) else 2 if figure.value < 10 else 1
    return f"{_number(figure.value, digits)} ({_number(low, digits)} to {_number(high, digits)})"


def _number(value: float, digits: int) -> str:
    if isinf(value):
        return "never"
    return "?" if isnan(value) else f"{max(value, 0.0):.{digits}f}"


def _comparison(figures: dict[str, Figure]) -> Table:
    rows = tuple(
        (
            f"{scenario.group}: {scenario.words}, {scenario.suite}",
            *(cell(figures[f"{scenario.key} | {name}"]) for name in _COLUMNS),
            str(figures[f"{scenario.key} | {ADAPTIVE}"].simulations),
        )
        for scenario in SCENARIOS
    )
    return Table(
        title="Share of checks that alarm, by detector",
        header=("endpoint and suite", *_COLUMNS.values(), "simulations"),
        rows=rows,
    )


def _goals(figures: dict[str, Figure]) -> Table:
    rows = tuple(
        (
            goal.key.replace(" | ", ": "),
            f"{'at least' if goal.at_least else 'at most'} {_bound(goal.bound, figures[goal.key])}",
            cell(figures[goal.key]),
            goal.verdict(figures[goal.key]),
        )
        for goal in GOALS
    )
    return Table(title="Goals", header=("figure", "goal", "measured", "verdict"), rows=rows)


def _bound(bound: float, figure: Figure) -> str:
    return f"{bound:g}" if isinstance(figure, Mean) else f"{100 * bound:g} %"
