"""Probes in a terminal: the headline and one compact line for each chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals import numbers
from evals.probes.probe import Curve
from evals.report.probe_rows import figure_rows
from evals.report.text_lines import more, paragraph

if TYPE_CHECKING:
    from rich.text import Text

    from evals.probes.findings import Findings
    from evals.probes.probe import Chart, FlipMatrix
    from evals.report.text_lines import Room
    from evals.report.view import RunReport

_BARS: Final = "▁▂▃▄▅▆▇█"
_MOST_MATRICES: Final = 4


def probe_lines(report: RunReport, room: Room) -> list[Text]:
    """Show what each probe found, a line or two each."""
    return [part for findings in report.probes for part in _probe(findings, room)]


def _probe(findings: Findings, room: Room) -> list[Text]:
    headlines = [row for row in figure_rows(findings) if row.headline]
    said = "; ".join(
        f"{row.name} {numbers.with_interval(row.value, row.interval)}"
        + (f" {row.label}" if row.label else "")
        + (f", baseline {row.before}" if row.before else "")
        for row in headlines
    )
    lines = paragraph(f"{findings.task}: {said or 'no headline could be told'}", room)
    if room.tight:
        return lines
    curves = [chart for chart in findings.charts if isinstance(chart, Curve)]
    earlier = {c.title: c for c in findings.charts_before if isinstance(c, Curve)}
    for curve in curves:
        lines += paragraph(f"  {curve.axis:10} {_curve(curve)}", room)
        if curve.title in earlier:
            lines += paragraph(f"  {'baseline':10} {_curve(earlier[curve.title])}", room)
    return [*lines, *_matrices(findings.charts, room)]


def _matrices(charts: tuple[Chart, ...], room: Room) -> list[Text]:
    matrices = [chart for chart in charts if not isinstance(chart, Curve)]
    shown = [
        part for one in matrices[:_MOST_MATRICES] for part in paragraph(f"  {_matrix(one)}", room)
    ]
    return [*shown, *more(len(matrices) - _MOST_MATRICES, "arm")]


def _curve(curve: Curve) -> str:
    """Draw a curve in one line, each place with its bar and figure.

    >>> from evals.probes.probe import Figure
    >>> points = tuple(Figure(name=str(p), value=v, n=30) for p, v in ((1, 1.0), (10, 0.5)))
    >>> _curve(Curve(title="Position", axis="position", points=points))
    '1 █ 100 %   10 ▅ 50 %'
    """
    places = [f"{point.name} {_bar(point.value)}" for point in curve.points]
    levels = [f"{level.name} {_bar(level.value)}" for level in curve.levels]
    return "   ".join([*places, *levels])


def _bar(value: float | None) -> str:
    if value is None:
        return "? not told"
    step = min(len(_BARS) - 1, int(value * len(_BARS)))
    return f"{_BARS[step]} {100 * value:.0f} %"


def _matrix(matrix: FlipMatrix) -> str:
    return (
        f"{matrix.arm}: right kept {matrix.kept_right}, right to wrong {matrix.right_to_wrong}, "
        f"wrong to right {matrix.wrong_to_right}, wrong kept {matrix.kept_wrong}"
    )
