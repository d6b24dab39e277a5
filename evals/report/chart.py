"""Scores and their intervals on one axis, as an inline SVG that needs no script and no font.

Positions across are percentages of the width, so that it fits a phone and a desk alike while its
text keeps its size. Colours come from the page's style sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from evals import numbers
from evals.report.rows import task_rows
from evals.report.safe_text import block, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.compare import Estimate, TaskComparison
    from evals.report.rows import TaskRow
    from evals.report.view import RunReport

_ROW: Final = 60
_AXIS: Final = 28
_EDGE: Final = 4.0
"""Per cent of the width kept free at either end, for the labels of the axis."""
_MOST_TICKS: Final = 5
_NAME: Final = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A share with its 95 % interval."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartRow:
    """One task in the chart, and a sentence that says the same.

    ``symbol``, ``word`` and ``tone`` are those of the verdict on the task.
    """

    name: str
    symbol: str
    word: str
    tone: str
    sentence: str
    run: Bar | None
    baseline: Bar | None = None

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is drawn of it."""
        return tuple(bar for bar in (self.baseline, self.run) if bar is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """Maps a share between ``low`` and ``high`` to a percentage of the chart's width."""

    low: float
    high: float

    def x(self, rate: float) -> str:
        """Return the position of ``rate`` as an SVG length.

        >>> Axis(low=0.5, high=1.0).x(0.75)
        '50.00%'
        """
        share = (rate - self.low) / (self.high - self.low)
        return f"{_EDGE + (100 - 2 * _EDGE) * min(1.0, max(0.0, share)):.2f}%"

    @property
    def ticks(self) -> tuple[float, ...]:
        """Round values from end to end, at most six.

        >>> Axis(low=0.6, high=1.0).ticks
        (0.6, 0.7, 0.8, 0.9, 1.0)
        """
        tenths = range(round(self.low * 10), round(self.high * 10) + 1)
        step = ceil((len(tenths) - 1) / _MOST_TICKS)
        return tuple(tenth / 10 for tenth in tenths[::step])


def chart(report: RunReport) -> Markup:
    """Return the SVG: for each task the baseline's score above this run's; empty without any."""
    return chart_svg(chart_rows(report))


def chart_rows(report: RunReport) -> tuple[ChartRow, ...]:
    """Return what the chart shows: every task with a score, in the order of the comparison."""
    rows = {row.task: row for row in task_rows(report)}
    found = (_row(task, rows[task.task]) for task in report.comparison.tasks)
    return tuple(row for row in found if row.bars)


def _row(task: TaskComparison, row: TaskRow) -> ChartRow:
    baseline = numbers.with_interval(row.baseline, row.baseline_interval)
    beside = f", baseline {baseline}" if row.baseline else ""
    score = numbers.with_interval(row.score, row.interval)
    name = visible(block(row.task, _NAME))
    return ChartRow(
        name=name,
        symbol=row.mark.symbol,
        word=row.mark.word,
        tone=row.mark.tone,
        sentence=f"{name}: {score}{beside}.",
        run=_bar(task.score),
        baseline=_bar(task.baseline_score),
    )


def _bar(score: Estimate | None) -> Bar | None:
    if score is None or score.rate is None:
        return None
    return Bar(rate=score.rate, low=score.low, high=score.high)


def chart_svg(rows: Sequence[ChartRow]) -> Markup:
    """Return the SVG of ``rows``, which a page, a message and a report share; empty without any."""
    if not rows:
        return Markup("")
    axis, height = axis_of(rows), height_of(rows)
    return Markup(
        '<svg class="chart" role="img" aria-labelledby="chart-title chart-desc" width="100%" '
        'height="{height}" xmlns="http://www.w3.org/2000/svg">'
        '<title id="chart-title">Scores and 95 % intervals by task</title>'
        '<desc id="chart-desc">{desc}</desc>{grid}{bodies}</svg>'
    ).format(
        height=height,
        desc=" ".join(row.sentence for row in rows),
        grid=_grid(axis, height),
        bodies=Markup("").join(_task(row, axis, index) for index, row in enumerate(rows)),
    )


def height_of(rows: Sequence[ChartRow]) -> int:
    """Return the height of the chart, in CSS pixels."""
    return len(rows) * _ROW + _AXIS


def axis_of(rows: Sequence[ChartRow]) -> Axis:
    """Return an axis in whole tenths around every interval, at least two tenths long."""
    bars = [bar for row in rows for bar in row.bars]
    low = floor(round(min(bar.low for bar in bars), 3) * 10) / 10
    high = ceil(round(max(bar.high for bar in bars), 3) * 10) / 10
    high = min(1.0, max(high, low + 0.2))
    return Axis(low=max(0.0, min(low, high - 0.2)), high=high)


def _grid(axis: Axis, height: int) -> Markup:
    line = Markup(
        '<line class="grid" x1="{x}" x2="{x}" y1="0" y2="{bottom}"/>'
        '<text class="tick" x="{x}" y="{y}" text-anchor="middle">{label} %</text>'
    )
    bottom = height - _AXIS + 6
    return Markup("").join(
        line.format(x=axis.x(tick), bottom=bottom, y=height - 6, label=f"{100 * tick:.0f}")
        for tick in axis.ticks
    )


def _task(row: ChartRow, axis: Axis, index: int) -> Markup:
    top = index * _ROW
    dots = [
        _dot(bar, axis, y=top + y, kind=kind)
        for bar, y, kind in ((row.baseline, 28, "baseline"), (row.run, 42, f"run {row.tone}"))
        if bar is not None
    ]
    return Markup(
        "<g><title>{sentence}</title>"
        '<text class="name" x="{x}" dx="6" y="{y}">{symbol} {name}</text>{dots}</g>'
    ).format(
        sentence=row.sentence,
        x=f"{_EDGE:g}%",
        y=top + 15,
        symbol=row.symbol,
        name=row.name,
        dots=Markup("").join(dots),
    )


def _dot(bar: Bar, axis: Axis, *, y: int, kind: str) -> Markup:
    return Markup(
        '<g class="{kind}"><line x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>'
        '<circle cx="{rate}" cy="{y}" r="5"/></g>'
    ).format(
        kind=kind,
        low=axis.x(bar.low),
        high=axis.x(bar.high),
        rate=axis.x(bar.rate),
        y=y,
    )
