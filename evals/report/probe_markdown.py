"""Probes in Markdown: a table of figures, curves as Mermaid pictures, flips as small tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals import numbers
from evals.probes.probe import Curve
from evals.report.markdown_text import table, words
from evals.report.probe_rows import figure_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.probes.findings import Findings
    from evals.probes.probe import FlipMatrix
    from evals.report.view import RunReport


def probe_sections(report: RunReport) -> str:
    """Return a section for each probe; empty without any."""
    return "\n\n".join(_probe(findings) for findings in report.probes)


def _probe(findings: Findings) -> str:
    earlier = {c.title: c for c in findings.charts_before if isinstance(c, Curve)}
    curves = [
        _curve(chart, earlier.get(chart.title))
        for chart in findings.charts
        if isinstance(chart, Curve)
    ]
    matrices = [chart for chart in findings.charts if not isinstance(chart, Curve)]
    parts = [
        f"### Probe {words(findings.task)}",
        words(findings.summary),
        _figures(findings),
        *curves,
        _matrices(matrices),
    ]
    return "\n\n".join(part for part in parts if part)


def _figures(findings: Findings) -> str:
    rows = [
        (
            f"**{words(row.name)}**" if row.headline else words(row.name),
            ", ".join(filter(None, (numbers.with_interval(row.value, row.interval), row.label))),
            row.before,
            row.n,
            words(row.says),
            words(row.published),
        )
        for row in figure_rows(findings)
    ]
    header = ("Figure", "This run", "Baseline", "n", "What it says", "Published")
    return table(header, rows, right=(1, 2, 3))


def _curve(curve: Curve, before: Curve | None) -> str:
    """Return a Mermaid chart, which GitHub and GitLab draw: this run, then the baseline.

    Only places that both could measure are drawn: the picture has no way to leave one out.
    """
    then = {point.name: point.value for point in before.points} if before else {}
    told = [
        point
        for point in curve.points
        if point.value is not None and (not then or then.get(point.name) is not None)
    ]
    lines = [
        "```mermaid",
        "xychart-beta",
        f'    title "{_plain(curve.title)}"',
        f'    x-axis "{_plain(curve.axis)}" [{_quoted([point.name for point in told])}]',
        '    y-axis "%" 0 --> 100',
        f"    line [{_percents([point.value for point in told])}]",
    ]
    if then:
        lines.append(f"    line [{_percents([then[point.name] for point in told])}]")
    return "\n".join([*lines, "```"]) if told else ""


def _percents(values: Sequence[float | None]) -> str:
    return ", ".join(f"{100 * (value or 0.0):.1f}" for value in values)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{_plain(name)}"' for name in names)


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char in " .,:-%")


def _matrices(matrices: Sequence[FlipMatrix]) -> str:
    rows = [
        (
            words(one.arm),
            str(one.kept_right),
            str(one.right_to_wrong),
            str(one.wrong_to_right),
            str(one.kept_wrong),
        )
        for one in matrices
    ]
    header = ("Arm", "Right kept", "Right to wrong", "Wrong to right", "Wrong kept")
    return table(header, rows, right=(1, 2, 3, 4))
