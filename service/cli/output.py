"""Reports on their way out: the terminal, JSON, and files by their ending."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from evals.errors import EvalsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evals.report.view import RunReport

ENDINGS = (".md", ".html", ".json", ".xml", ".txt")


def check_output_path(path: Path) -> None:
    """Refuse an ending that no report has, before anything is spent."""
    if path.suffix not in ENDINGS:
        raise EvalsError(
            f"a report cannot be written as {path.name!r}",
            fix=f"Choose a name that ends in one of {', '.join(ENDINGS)}.",
        )
    if not path.parent.is_dir():
        raise EvalsError(f"there is no folder {path.parent}", fix="Make it first.")


def write_report(report: RunReport, path: Path) -> None:
    """Write the report in the form that the file's ending names; ``.xml`` is JUnit's."""
    write_text(_renderer(path.suffix)(report), path, run_id=report.run.id)


def write_text(text: str, path: Path, *, run_id: str) -> None:
    """Write what was rendered of a run."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EvalsError(
            f"the report cannot be written: {error.strerror}",
            where=str(path),
            fix=f"The run is kept: evals runs show {run_id} -o ...",
        ) from error
    typer.echo(f"Wrote {path}", err=True)


def _renderer(ending: str) -> Callable[[RunReport], str]:
    if ending == ".md":
        from evals.report.markdown import markdown_report

        return markdown_report
    if ending == ".html":
        from evals.report.html import html_report

        return html_report
    if ending == ".xml":
        from evals.report.junit import junit_report

        return junit_report
    if ending == ".txt":
        from evals.report.text import text_report

        return text_report
    from evals.report.document import json_report

    return json_report
