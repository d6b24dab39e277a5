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
from evals.report.safe_text import block

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
    tasks = [task for task in report.comparison.tasks if _scores(task)]
    if not tasks:
        return Markup("")
    axis = axis_of(tasks)
    rows = {row.task: row for row in task_rows(report)}
    bodies = [_task(task, rows[task.task], axis, index) for index, task in enumerate(tasks)]
    height = len(tasks) * _ROW + _AXIS
    return Markup(
        '<svg class="chart" role="img" aria-labelledby="chart-title chart-desc" width="100%" '
        'height="{height}" xmlns="http://www.w3.org/2000/svg">'
        '<title id="chart-title">Scores and 95 % intervals by task</title>'
        '<desc id="chart-desc">{desc}</desc>{grid}{bodies}</svg>'
    ).format(
        height=height,
        desc=" ".join(_sentence(rows[task.task]) for task in tasks),
        grid=_grid(axis, height),
        bodies=Markup("").join(bodies),
    )


def axis_of(tasks: Sequence[TaskComparison]) -> Axis:
    """Return an axis in whole tenths around every interval, at least two tenths long."""
    scores = [score for task in tasks for score in _scores(task)]
    low = floor(round(min(score.low for score in scores), 3) * 10) / 10
    high = ceil(round(max(score.high for score in scores), 3) * 10) / 10
    high = min(1.0, max(high, low + 0.2))
    return Axis(low=max(0.0, min(low, high - 0.2)), high=high)


def _scores(task: TaskComparison) -> list[Estimate]:
    scores = (task.baseline_score, task.score)
    return [score for score in scores if score is not None and score.rate is not None]


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


def _task(task: TaskComparison, row: TaskRow, axis: Axis, index: int) -> Markup:
    top = index * _ROW
    dots = [
        _dot(score, axis, y=top + y, kind=kind)
        for score, y, kind in (
            (task.baseline_score, 28, "baseline"),
            (task.score, 42, f"run {row.mark.tone}"),
        )
        if score is not None and score.rate is not None
    ]
    return Markup(
        "<g><title>{sentence}</title>"
        '<text class="name" x="{x}" dx="6" y="{y}">{symbol} {name}</text>{dots}</g>'
    ).format(
        sentence=_sentence(row),
        x=f"{_EDGE:g}%",
        y=top + 15,
        symbol=row.mark.symbol,
        name=block(row.task, _NAME),
        dots=Markup("").join(dots),
    )


def _dot(score: Estimate, axis: Axis, *, y: int, kind: str) -> Markup:
    return Markup(
        '<g class="{kind}"><line x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>'
        '<circle cx="{rate}" cy="{y}" r="5"/></g>'
    ).format(
        kind=kind,
        low=axis.x(score.low),
        high=axis.x(score.high),
        rate=axis.x(score.rate or 0.0),
        y=y,
    )


def _sentence(row: TaskRow) -> str:
    baseline = numbers.with_interval(row.baseline, row.baseline_interval)
    beside = f", baseline {baseline}" if row.baseline else ""
    score = numbers.with_interval(row.score, row.interval)
    return f"{block(row.task, _NAME)}: {score}{beside}."
