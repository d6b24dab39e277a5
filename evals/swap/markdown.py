"""A swap as GitHub-flavoured Markdown, for pull requests and tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.report.markdown_text import table, words
from evals.swap.words import (
    MARKS,
    excluded_lines,
    hidden_tag_lines,
    how_to_read,
    row_words,
    state_lines,
    subject_words,
    usage_lines,
)

if TYPE_CHECKING:
    from evals.swap.swap import SwapReport
    from evals.swap.words import RowWords


def swap_markdown(report: SwapReport) -> str:
    """Return the swap as Markdown; nothing in it is read as markup or mention."""
    sections = [
        _head(report),
        _table(report),
        _list("Samples that were not graded", state_lines(report)),
        _list("Notes", (*excluded_lines(report), *hidden_tag_lines(report))),
        "\n".join(f"- {words(text)}" for text in usage_lines(report)),
        _legend(report),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(report: SwapReport) -> str:
    mark = MARKS[report.verdict]
    lines = [
        f"## {mark.symbol} {mark.word}: {words(report.a.endpoint)} to {words(report.b.endpoint)}",
        "",
        f"**{words(report.reasons[0])}**",
        "",
        *(f"- {words(reason)}" for reason in report.reasons[1:]),
        f"- {words(subject_words(report))}",
    ]
    return "\n".join(lines)


def _table(report: SwapReport) -> str:
    header = ("", "Task", "Tag", "A", "B", "B - A", "Proves", "Differ", "Items")
    rows, task = [], ""
    for row in row_words(report):
        task = task if row.is_tag else row.name
        rows.append(_cells(row, task))
    return table(header, rows, right=(3, 4, 5, 6, 7, 8))


def _cells(row: RowWords, task: str) -> tuple[str, ...]:
    return (
        f"{row.mark.symbol} {row.mark.word.lower()}",
        words(task),
        words(row.name) if row.is_tag else "",
        words(f"{row.a} {row.a_interval}".rstrip()),
        words(f"{row.b} {row.b_interval}".rstrip()),
        words(f"{row.difference} {row.interval}".rstrip()),
        words(row.proves),
        row.differ,
        row.items,
    )


def _list(title: str, lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    return f"### {title}\n\n" + "\n".join(f"- {words(text)}" for text in lines)


def _legend(report: SwapReport) -> str:
    lines = [f"- {words(text)}" for text in how_to_read(report)]
    return "\n".join(["<details><summary>How to read this</summary>", "", *lines, "", "</details>"])
