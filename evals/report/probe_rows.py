"""What probes found, in words, the same for every form; the forms only lay it out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evals import numbers
from evals.probes.probe import Unit
from evals.report.rows import INSUFFICIENT
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from evals.probes.findings import Findings, Found
    from evals.probes.probe import Figure
    from evals.report.view import RunReport


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureRow:
    """One figure of a probe. ``label`` is empty, or says that it stands on too few questions."""

    name: str
    value: str
    interval: str
    label: str
    before: str
    n: str
    says: str
    published: str
    headline: bool


def figure_rows(findings: Findings) -> tuple[FigureRow, ...]:
    """Return one row a figure, the headline first; published figures stand beside ours."""
    published: dict[str, list[str]] = {}
    for one in findings.published:
        published.setdefault(one.figure, []).append(f"{one.says} ({one.source})")
    return tuple(_row(found, published.get(found.now.name, [])) for found in findings.figures)


def shown(figure: Figure, value: float | None) -> str:
    """Write a value in the unit of ``figure``."""
    if value is None:
        return numbers.CANNOT_TELL
    if figure.unit is Unit.SHARE:
        return numbers.percent(value)
    return numbers.points(value) if figure.unit is Unit.POINTS else f"{value:,.4g}"


def without_quiet_parts(report: RunReport) -> tuple[RunReport, int]:
    """Leave out the series of probes that are ok and not the headline; return how many they are."""
    quiet = {one.task for one in report.verdict.tasks if one.kind is VerdictKind.OK}
    tasks = report.comparison.tasks
    kept = tuple(task for task in tasks if not (task.part and task.task in quiet))
    comparison = replace(report.comparison, tasks=kept)
    return replace(report, comparison=comparison), len(tasks) - len(kept)


def _row(found: Found, published: list[str]) -> FigureRow:
    figure = found.now
    return FigureRow(
        name=figure.name,
        value=figure.label or shown(figure, figure.value),
        interval=_interval(figure),
        label=INSUFFICIENT if figure.insufficient and figure.value is not None else "",
        before="" if found.before is None else shown(figure, found.before),
        n=numbers.count(figure.n),
        says=figure.says,
        published="; ".join(published),
        headline=figure.headline,
    )


def _interval(figure: Figure) -> str:
    low, high = figure.low, figure.high
    if low is None or high is None:
        return ""
    if figure.unit is Unit.SHARE:
        return numbers.percent_range(low, high)
    if figure.unit is Unit.POINTS:
        return numbers.points_range(low, high)
    return f"{low:,.4g} to {high:,.4g}"
