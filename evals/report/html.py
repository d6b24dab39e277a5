"""The report as one HTML page that stands alone: no script, no font, no file from elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evals import numbers
from evals.probes.probe import Curve
from evals.report.chart import chart
from evals.report.curve_svg import curve_svg
from evals.report.marks import headline, mark_of
from evals.report.probe_rows import figure_rows
from evals.report.rows import answer_rows, other_reasons, task_rows
from evals.report.safe_text import block, visible
from evals.report.states import state_rows
from evals.report.words import (
    baseline_words,
    bounds_lines,
    excluded_lines,
    how_to_read,
    usage_words,
)
from evals.report.worst import worst_flips

if TYPE_CHECKING:
    from jinja2 import Template

    from evals.probes.findings import Findings
    from evals.report.view import RunReport

_MOST_FLIPS: Final = 20
_MOST_CHARACTERS: Final = 1200
"""Of one text of a model; the JSON document has it whole."""


def html_report(report: RunReport) -> str:
    """Return the page. A policy in it forbids every script and request, whatever a model wrote."""
    run, flips = report.run, worst_flips(report)
    when = run.completed_at or run.started_at or run.created_at
    return _template().render(
        report=report,
        run=run,
        when=f"{when:%Y-%m-%d %H:%M %Z}",
        mark=mark_of(report.verdict),
        headline=headline(report.verdict),
        reasons=other_reasons(report),
        baseline=baseline_words(report),
        tasks=task_rows(report),
        chart=chart(report),
        probes=[_probe(findings) for findings in report.probes],
        answers=answer_rows(report),
        states=state_rows(report),
        bounds=bounds_lines(report),
        changes=report.comparison.fingerprint_changes,
        flips=flips[:_MOST_FLIPS],
        flips_in_all=len(flips),
        notes=(*report.comparison.notes, *excluded_lines(report)),
        usage=usage_words(report),
        legend=how_to_read(report),
    )


def _probe(findings: Findings) -> dict[str, Any]:
    earlier = {c.title: c for c in findings.charts_before if isinstance(c, Curve)}
    return {
        "task": findings.task,
        "version": findings.version,
        "summary": findings.summary,
        "rows": figure_rows(findings),
        "curves": [
            curve_svg(chart, earlier.get(chart.title))
            for chart in findings.charts
            if isinstance(chart, Curve)
        ],
        "matrices": [chart for chart in findings.charts if not isinstance(chart, Curve)],
    }


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        finalize=_harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = numbers.percent
    environment.filters["with_interval"] = numbers.with_interval
    environment.filters["cut"] = lambda text: block(text, _MOST_CHARACTERS)
    return environment.get_template("report.html")


def _harmless(value: Any) -> Any:
    """Escape invisible characters in every text that reaches the page; Jinja escapes the markup."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(value, newlines=True)
