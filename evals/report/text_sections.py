"""The sections of the terminal report, each a few lines; empty when there is nothing to say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from evals import numbers
from evals.report.marks import headline, mark_of
from evals.report.rows import moved_answer_rows, other_reasons
from evals.report.safe_text import cut, pair, visible
from evals.report.states import state_rows
from evals.report.styles import STYLES
from evals.report.text_lines import line, more, paragraph
from evals.report.text_table import INSUFFICIENT_MARK, task_table
from evals.report.words import (
    asked_lines,
    baseline_words,
    excluded_lines,
    insufficient_words,
    usage_words,
)

if TYPE_CHECKING:
    from rich.text import Text

    from evals.compare import FingerprintChange
    from evals.report.rows import AnswerRow
    from evals.report.states import StateRow
    from evals.report.text_lines import Room
    from evals.report.view import RunReport

_MOST_REASONS: Final = 3
_MOST_STATES: Final = 4
_MOST_CHANGES: Final = 3
_MOST_NOTES: Final = 2


def verdict_lines(report: RunReport, room: Room) -> list[Text]:
    """Say the verdict and why, on the first line; then what else there is to say."""
    mark = mark_of(report.verdict)
    word = f"{mark.symbol} {mark.word}"
    loose = replace(room, tight=False)
    most = 2 if room.tight else 3
    first = paragraph(f"{word}: {headline(report.verdict)}", loose, style="bold", most=most)
    first[0].stylize(STYLES[mark.tone], 0, len(word) + 1)
    rest = other_reasons(report)
    shown = [part for why in rest[:_MOST_REASONS] for part in paragraph(f"  {why}", room, most=2)]
    return [*first, *shown, *more(len(rest) - _MOST_REASONS, "reason")]


def subject_lines(report: RunReport, room: Room) -> list[Text]:
    """Say what was asked, when, and what it was compared with."""
    run = report.run
    when = run.completed_at or run.started_at or run.created_at
    subject = (
        f"Endpoint {run.endpoint} ({cut(visible(report.model), room.width // 2)}), "
        f"{baseline_words(report)}, suite {run.suite}, run {run.id}, {when:%Y-%m-%d %H:%M %Z}"
    )
    return paragraph(subject, room, hang=0, style="dim", most=3)


def table_lines(report: RunReport, room: Room) -> list[Text]:
    """Show the tasks, and what the last columns mean where there is room to say so."""
    lines = list(task_table(report, room.width))
    few = insufficient_words(report)
    if few:
        lines += paragraph(f"{INSUFFICIENT_MARK} {few}", room, hang=2, style="dim", most=2)
    if report.comparison.baseline is None or not lines or room.tight:
        return lines
    legend = (
        f"A change counts when p < {numbers.level(report.verdict.alpha)}. "
        "Could see: what such a run finds 4 times in 5."
    )
    return [*lines, *paragraph(legend, room, hang=0, style="dim")]


def quiet_lines(quiet: int, room: Room) -> list[Text]:
    """Say how many series of probes are not shown, because they did not move."""
    if not quiet or room.tight:
        return []
    return [
        line(
            f"{numbers.plural(quiet, 'more series', 'more series')} of probes did not move.", "dim"
        )
    ]


def answer_lines(report: RunReport, room: Room) -> list[Text]:
    """Name the tasks whose answers changed, right or wrong."""
    rows = moved_answer_rows(report)
    return [part for row in rows for part in paragraph(_answer(row), room)]


def state_lines(report: RunReport, room: Room) -> list[Text]:
    """Count the calls that did not end ok."""
    rows = state_rows(report)
    if room.tight and rows:
        return paragraph("Not ok: " + "; ".join(_state(row) for row in rows), room)
    shown = [p for row in rows[:_MOST_STATES] for p in paragraph(f"Not ok: {_state(row)}", room)]
    return [*shown, *more(len(rows) - _MOST_STATES, "state")]


def fingerprint_lines(report: RunReport, room: Room) -> list[Text]:
    """Show what the endpoint now reports of itself, where that differs."""
    changes = report.comparison.fingerprint_changes
    shown = [_fingerprint(change, room.width) for change in changes[:_MOST_CHANGES]]
    return [*shown, *more(len(changes) - _MOST_CHANGES, "fingerprint change")]


def note_lines(report: RunReport, room: Room) -> list[Text]:
    """Show the notes of the comparison and the items that it left out."""
    notes = [*report.comparison.notes, *excluded_lines(report)]
    shown = [part for n in notes[:_MOST_NOTES] for part in paragraph(f"Note: {n}", room, most=2)]
    return [*shown, *more(len(notes) - _MOST_NOTES, "note")]


def sampling_lines(report: RunReport, room: Room) -> list[Text]:
    """Say what an adaptive check asked, one line a task."""
    return [part for one in asked_lines(report) for part in paragraph(one, room)]


def usage_lines(report: RunReport, room: Room) -> list[Text]:
    """Say what the run took."""
    return paragraph(usage_words(report), room, style="dim")


def step_lines(report: RunReport, room: Room) -> list[Text]:
    """Show what to type next; commands stay whole, so that they can be copied."""
    longest = max((cell_len(command) for command, _ in report.next_steps), default=0)
    return [part for step in report.next_steps for part in _step(step, longest, room)]


def _step(step: tuple[str, str], longest: int, room: Room) -> list[Text]:
    command, words = visible(step[0]), visible(step[1])
    if longest + cell_len(words) + len("  $   # ") <= room.width:
        padded = command + " " * (longest - cell_len(command))
        text = line(f"  $ {padded}  # {words}")
        text.stylize("dim", len(padded) + 4)
        return [text]
    return [*paragraph(f"  # {words}", room, hang=4, style="dim"), line(f"  $ {command}")]


def _answer(row: AnswerRow) -> str:
    return (
        f"Answers changed in {row.task}: {row.share} differ, {row.expected} expected, {row.p} "
        f"({row.change_interval})"
    )


def _state(row: StateRow) -> str:
    details = [row.rate, f"baseline {row.baseline}" if row.baseline else "", row.p]
    return f"{row.task}: {row.count} {row.words} ({', '.join(d for d in details if d)})"


def _fingerprint(change: FingerprintChange, width: int) -> Text:
    label = "Breaks the pin:" if change.breaks_pin else "Fingerprint:"
    head = f"{label} {cut(visible(change.what), width // 2)}: "
    before, after = pair(change.before, change.after, max(8, width - cell_len(head) - 3))
    text = line(f"{head}{before} \u2192 {after}")
    text.stylize(STYLES["bad" if change.breaks_pin else "notice"], 0, len(label))
    return text
