"""The report as GitHub-flavoured Markdown, for pull requests and tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals import numbers
from evals.report.markdown_text import code, table, words
from evals.report.marks import headline, mark_of
from evals.report.probe_markdown import probe_sections
from evals.report.rows import answer_rows, other_reasons, task_rows
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
    from evals.report.view import RunReport
    from evals.report.worst import WorstFlip

_MOST_FLIPS: Final = 20
_CELL: Final = 160
"""Characters of a model's text in one cell; the JSON document has it whole."""


def markdown_report(report: RunReport) -> str:
    """Return the report as Markdown; nothing that a model wrote is read as markup or mention."""
    sections = [
        _head(report),
        _tasks(report),
        probe_sections(report),
        _answers(report),
        _states(report),
        _fingerprints(report),
        _flips(report),
        _notes(report),
        _usage(report),
        _steps(report),
        _legend(report),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(report: RunReport) -> str:
    mark, run = mark_of(report.verdict), report.run
    when = run.completed_at or run.started_at or run.created_at
    subject = (
        f"- {words(report.model)}, run {words(run.id)}, {when:%Y-%m-%d %H:%M %Z}, "
        f"{words(baseline_words(report))}"
    )
    lines = [
        f"## {mark.symbol} {mark.word}: {words(run.endpoint)}, suite {words(run.suite)}",
        "",
        f"**{words(headline(report.verdict))}**",
        "",
        *(f"- {words(reason)}" for reason in other_reasons(report)),
        subject,
    ]
    return "\n".join(lines)


def _tasks(report: RunReport) -> str:
    rows = [
        (
            f"{row.mark.symbol} {row.mark.word}",
            words(row.task),
            ", ".join(filter(None, (numbers.with_interval(row.score, row.interval), row.label))),
            row.samples,
            row.baseline,
            numbers.with_interval(row.change, row.change_interval),
            row.p,
            row.seen,
        )
        for row in task_rows(report)
    ]
    header = ("", "Task", "Score", "Graded", "Baseline", "Change", "p", "Could see")
    return table(header, rows, right=(2, 3, 4, 5, 6, 7))


def _answers(report: RunReport) -> str:
    rows = [
        (
            words(row.task),
            words(row.share),
            row.expected,
            numbers.with_interval(row.change, row.change_interval),
            row.p,
            row.seen,
        )
        for row in answer_rows(report)
    ]
    header = ("Task", "Answers that differ", "Expected", "Change", "p", "Could see")
    return _titled("Answers, right or wrong", table(header, rows, right=(1, 2, 3, 4, 5)))


def _states(report: RunReport) -> str:
    rows = [
        (words(row.task), row.name, row.count, row.rate, row.baseline, row.p)
        for row in state_rows(report)
    ]
    header = ("Task", "State", "Samples", "Share", "Baseline", "p")
    bounds = [f"- {words(line)}" for line in bounds_lines(report)]
    parts = [table(header, rows, right=(2, 3, 4, 5)), "\n".join(bounds)]
    return _titled("Samples that were not graded", "\n\n".join(part for part in parts if part))


def _fingerprints(report: RunReport) -> str:
    rows = [
        (
            words(change.what) + (" **(breaks the pin)**" if change.breaks_pin else ""),
            code(change.before, _CELL),
            code(change.after, _CELL),
        )
        for change in report.comparison.fingerprint_changes
    ]
    header = ("The endpoint reports", "Baseline", "This run")
    return _titled("Fingerprint changes", table(header, rows))


def _flips(report: RunReport) -> str:
    flips = worst_flips(report)
    title = f"Changed items, worst first ({min(len(flips), _MOST_FLIPS)} of {len(flips)})"
    header = ("Item", "Severity", "Right", "Prompt", "Accepted", "Before", "After")
    return _titled(title, table(header, [_flip(worst) for worst in flips[:_MOST_FLIPS]]))


def _flip(worst: WorstFlip) -> tuple[str, ...]:
    flip = worst.flip
    return (
        words(worst.item),
        flip.severity.value,
        f"{numbers.percent(flip.before_pass_rate)} \u2192 {numbers.percent(flip.after_pass_rate)}",
        code(flip.prompt, _CELL),
        "<br>".join(code(target, _CELL) for target in flip.targets[:3]),
        code(flip.before, _CELL),
        code(flip.after, _CELL),
    )


def _notes(report: RunReport) -> str:
    notes = [*report.comparison.notes, *excluded_lines(report)]
    return _titled("Notes", "\n".join(f"- {words(note)}" for note in notes))


def _usage(report: RunReport) -> str:
    return usage_words(report)


def _steps(report: RunReport) -> str:
    lines = [f"- {words(why)}: {code(command, 1000)}" for command, why in report.next_steps]
    return _titled("Next", "\n".join(lines))


def _legend(report: RunReport) -> str:
    lines = [f"- {words(line)}" for line in how_to_read(report)]
    return "\n".join(["<details><summary>How to read this</summary>", "", *lines, "", "</details>"])


def _titled(title: str, body: str) -> str:
    return f"### {title}\n\n{body}" if body else ""
