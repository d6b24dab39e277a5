"""The forms of a report by file name, for ``-o``; each form is loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.errors import EvalsError

if TYPE_CHECKING:
    from evals.report.view import RunReport

SUFFIXES: Final = (".md", ".html", ".json", ".xml", ".txt")


class ReportFormError(EvalsError):
    """The name of a report file does not say which form is wanted."""


def check_form(file_name: str) -> None:
    """Refuse a name that no form goes by, before a run is paid for.

    Raises:
        ReportFormError: When the name ends in none of `SUFFIXES`.
    """
    if not file_name.lower().endswith(SUFFIXES):
        raise ReportFormError(
            "the name of the report does not say which form it takes",
            where=file_name,
            fix="End it in .md, .html, .json, .junit.xml or .txt.",
        )


def report_as(report: RunReport, file_name: str) -> str:
    """Return the report in the form that ``file_name`` ends in.

    Raises:
        ReportFormError: As `check_form`.
    """
    check_form(file_name)
    name = file_name.lower()
    if name.endswith(".md"):
        from evals.report.markdown import markdown_report as render
    elif name.endswith(".html"):
        from evals.report.html import html_report as render
    elif name.endswith(".json"):
        from evals.report.document import json_report as render
    elif name.endswith(".xml"):
        from evals.report.junit import junit_report as render
    else:
        from evals.report.text import text_report as render
    return render(report)
