"""A probe's curve as an inline SVG, in the manner of `evals.report.chart`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from evals import numbers
from evals.report.safe_text import block

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evals.probes.probe import Curve, Figure

_HEIGHT: Final = 190
_TOP: Final = 12
_BOTTOM: Final = 150
_LEFT: Final = 12.0
_RIGHT: Final = 95.0
_NAME: Final = 30
_TICKS: Final = (0.0, 0.5, 1.0)


def curve_svg(curve: Curve, before: Curve | None) -> Markup:
    """Return the curve over its axis, the baseline's beside it, and horizontal lines of reference.

    A place that could not be measured is left out; across it the line is broken.
    """
    return Markup(
        '<svg class="chart" role="img" aria-label="{title}" width="100%" height="{height}" '
        'xmlns="http://www.w3.org/2000/svg"><title>{title}</title><desc>{desc}</desc>'
        "{grid}{levels}{before}{now}{names}</svg>"
    ).format(
        title=block(curve.title, 2 * _NAME),
        height=_HEIGHT,
        desc=" ".join(_sentence(point) for point in (*curve.points, *curve.levels)),
        grid=_grid(),
        levels=Markup("").join(
            _level(level, index)
            for index, level in enumerate(curve.levels)
            if level.value is not None
        ),
        before=_line(before.points, "baseline") if before else "",
        now=_line(curve.points, "run"),
        names=_names(curve),
    )


def _x(index: int, count: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (index + 0.5) / count


def _y(value: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * min(1.0, max(0.0, value))


def _grid() -> Markup:
    line = Markup(
        '<line class="grid" x1="{left}%" x2="{right}%" y1="{y:.1f}" y2="{y:.1f}"/>'
        '<text class="tick" x="{edge}%" y="{base:.1f}" text-anchor="end">{label} %</text>'
    )
    return Markup("").join(
        line.format(
            left=_LEFT,
            right=_RIGHT,
            edge=_LEFT - 1,
            y=_y(tick),
            base=_y(tick) + 4,
            label=f"{100 * tick:.0f}",
        )
        for tick in _TICKS
    )


def _level(level: Figure, index: int) -> Markup:
    """Draw a line of reference; names stand at alternate ends, for levels are often close."""
    edge, anchor = ((_RIGHT, "end"), (_LEFT, "start"))[index % 2]
    value = level.value or 0.0
    return Markup(
        '<g class="level"><line x1="{left}%" x2="{right}%" y1="{y:.1f}" y2="{y:.1f}"/>'
        '<text class="tick" x="{edge}%" y="{base:.1f}" text-anchor="{anchor}">{name}</text></g>'
    ).format(
        left=_LEFT,
        right=_RIGHT,
        edge=edge,
        anchor=anchor,
        y=_y(value),
        base=_y(value) - 4,
        name=block(level.name, _NAME),
    )


def _line(points: tuple[Figure, ...], kind: str) -> Markup:
    told = [(_x(index, len(points)), point) for index, point in enumerate(points)]
    steps = [
        (x, point, following)
        for (x, point), following in zip(told, [*told[1:], None], strict=True)
        if point.value is not None
    ]
    parts: list[Markup] = []
    for x, point, following in steps:
        if following is not None and following[1].value is not None:
            parts.append(_segment(x, point.value or 0.0, following[0], following[1].value))
        parts.append(_dot(x, point))
    return Markup('<g class="{kind} curve">{parts}</g>').format(
        kind=kind, parts=Markup("").join(parts)
    )


def _segment(x: float, value: float, next_x: float, next_value: float) -> Markup:
    return Markup('<line x1="{x:.2f}%" x2="{nx:.2f}%" y1="{y:.1f}" y2="{ny:.1f}"/>').format(
        x=x, nx=next_x, y=_y(value), ny=_y(next_value)
    )


def _dot(x: float, point: Figure) -> Markup:
    value = point.value or 0.0
    low, high = (value if end is None else end for end in (point.low, point.high))
    return Markup(
        '<g><title>{sentence}</title><line class="interval" x1="{x:.2f}%" x2="{x:.2f}%" '
        'y1="{low:.1f}" y2="{high:.1f}"/><circle cx="{x:.2f}%" cy="{y:.1f}" r="4"/></g>'
    ).format(sentence=_sentence(point), x=x, low=_y(low), high=_y(high), y=_y(value))


def _names(curve: Curve) -> Markup:
    name = Markup('<text class="tick" x="{x:.2f}%" y="{y}" text-anchor="middle">{name}</text>')
    places: Iterable[Markup] = (
        name.format(x=_x(index, len(curve.points)), y=_BOTTOM + 18, name=block(point.name, _NAME))
        for index, point in enumerate(curve.points)
    )
    axis = name.format(x=(_LEFT + _RIGHT) / 2, y=_BOTTOM + 36, name=block(curve.axis, _NAME))
    return Markup("").join([*places, axis])


def _sentence(point: Figure) -> str:
    interval = (
        ""
        if point.low is None or point.high is None
        else f" [{numbers.percent_range(point.low, point.high)}]"
    )
    return f"{block(point.name, _NAME)}: {numbers.percent(point.value)}{interval}."
