"""The chart as a picture, for where no page can be drawn: a card that any background can carry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from evals.report.chart import chart_svg, height_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.report.chart import ChartRow

_WIDTH: Final = 360
"""CSS pixels: a phone held upright."""
_SCALE: Final = 3.0
_MARGIN: Final = 12
_INSET: Final = 10
"""Kept free on either side of the chart, for the labels at the ends of its axis."""
_TITLE: Final = 36
_LEGEND: Final = 30
_STYLE: Final = Markup(
    "svg { overflow: visible; } "
    "text { font-family: 'Liberation Sans', Arial, sans-serif; font-size: 13px; fill: #1b1f24; }"
    ".title { font-size: 14px; font-weight: bold; }"
    ".grid { stroke: #d5d9df; } .tick, .key { fill: #57606a; font-size: 12px; }"
    ".name { font-weight: bold; }"
    ".run line { stroke-width: 4; } .baseline line { stroke: #57606a; stroke-width: 2; }"
    ".baseline circle { fill: #ffffff; stroke: #57606a; stroke-width: 2; }"
    ".good line { stroke: #116329; } .good circle { fill: #116329; }"
    ".bad line { stroke: #b3131b; } .bad circle { fill: #b3131b; }"
    ".notice line { stroke: #8a4b00; } .notice circle { fill: #8a4b00; }"
    ".unknown line { stroke: #6b3fa0; } .unknown circle { fill: #6b3fa0; }"
    ".now { fill: #1b1f24; }"
)
"""The light colours of the report's page: a picture cannot know what it will lie on."""


def chart_png(rows: Sequence[ChartRow], *, title: str) -> bytes:
    """Return the chart as PNG, 1,080 pixels wide; empty without rows.

    ``title`` is harmless already, and short.
    """
    if not rows:
        return b""
    from vl_convert import svg_to_png

    # Where no font is installed the library's own must do, and it has no check mark.
    spelt = [replace(row, symbol=f"{row.word}:") for row in rows]
    return svg_to_png(str(chart_card(spelt, title=title)), scale=_SCALE)


def chart_card(rows: Sequence[ChartRow], *, title: str) -> Markup:
    """Return the chart on a card of its own, with its title and what the dots mean."""
    chart = height_of(rows)
    height = _TITLE + chart + _LEGEND + _MARGIN
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        "<style>{style}</style>"
        '<rect x="0.5" y="0.5" width="{inner}" height="{under}" rx="8" fill="#ffffff" '
        'stroke="#d5d9df"/>'
        '<text class="title" x="{margin}" y="24">{title}</text>'
        '<svg x="{inset}" y="{top}" width="{middle}" height="{chart}">{svg}</svg>{legend}</svg>'
    ).format(
        width=_WIDTH,
        height=height,
        inner=_WIDTH - 1,
        under=height - 1,
        style=_STYLE,
        margin=_MARGIN,
        title=title,
        top=_TITLE,
        inset=_INSET,
        middle=_WIDTH - 2 * _INSET,
        chart=chart,
        svg=chart_svg(rows),
        legend=_legend(_TITLE + chart + _LEGEND / 2 + 6),
    )


def _legend(y: float) -> Markup:
    return Markup(
        '<g><circle class="now" cx="20" cy="{dot}" r="5"/>'
        '<text class="key" x="32" y="{y}">this run</text>'
        '<g class="baseline"><circle cx="110" cy="{dot}" r="5"/></g>'
        '<text class="key" x="122" y="{y}">baseline, with 95 % intervals</text></g>'
    ).format(y=y, dot=y - 4)
