"""A swap in a terminal: one screen, the decision on its first line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.console import Group

from evals import numbers
from evals.report.safe_text import cut, visible
from evals.report.styles import STYLES
from evals.report.text import to_ascii
from evals.report.text_lines import Room, line, more, paragraph
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
    from collections.abc import Sequence

    from rich.console import Console
    from rich.text import Text

    from evals.swap.swap import SwapReport
    from evals.swap.words import RowWords

_LOG_HEIGHT: Final = 40
_PROMPT_LINES: Final = 2
_MOST_REASONS: Final = 4
_MOST_LINES: Final = 3
_LEAST_ROWS: Final = 6
_WIDE: Final = 110
_NARROWEST_NAME: Final = 8
_GAP: Final = 2
_WORST_FIRST: Final = ("NOT SAFE", "CANNOT TELL", "SAFE")

_Cells = list[str]


def print_swap(report: SwapReport, console: Console) -> None:
    """Print ``report`` on one screen; tags give way first. Nothing in it is read as markup."""
    height = console.height if console.is_terminal else _LOG_HEIGHT
    page = terminal_swap(report, width=console.width, height=height)
    if not console.encoding.lower().startswith("utf"):
        plain = swap_text(report, width=console.width, height=height)
        page = [line(to_ascii(plain).rstrip("\n"))]
    console.print(Group(*page), crop=False, highlight=False)


def swap_text(report: SwapReport, *, width: int = 100, height: int = _LOG_HEIGHT) -> str:
    """Return the same as plain text, for files and pipes."""
    page = terminal_swap(report, width=width, height=height)
    return "".join(f"{part.plain.rstrip()}\n" for part in page)


def terminal_swap(report: SwapReport, *, width: int, height: int) -> list[Text]:
    """Lay the swap out for a terminal of ``width`` by ``height`` cells."""
    room = Room(width=width)
    above, below = [*_head(report, room), line("")], _below(report, room)
    left = height - _PROMPT_LINES - len(above) - len(below) - 2
    return [*above, *_table(report, width, max(_LEAST_ROWS, left)), *below]


def _head(report: SwapReport, room: Room) -> list[Text]:
    mark = MARKS[report.verdict]
    word = f"{mark.symbol} {mark.word}"
    first = paragraph(f"{word}: {report.reasons[0]}", room, style="bold", most=3)
    first[0].stylize(STYLES[mark.tone], 0, len(word) + 1)
    others = report.reasons[1:]
    shown = [part for why in others[:_MOST_REASONS] for part in paragraph(f"  {why}", room, most=2)]
    return [
        *first,
        *shown,
        *more(len(others) - _MOST_REASONS, "reason"),
        *paragraph(subject_words(report), room, hang=0, style="dim", most=3),
    ]


def _below(report: SwapReport, room: Room) -> list[Text]:
    not_ok, left_out = state_lines(report), excluded_lines(report)
    lines = [line("")]
    for label, found in (("Not ok", not_ok), ("Note", left_out)):
        for text in found[:_MOST_LINES]:
            lines += paragraph(f"{label}: {text}", room, most=2)
        lines += more(len(found) - _MOST_LINES, "task")
    for text in hidden_tag_lines(report):
        lines += paragraph(f"Note: {text}", room, most=2)
    for text in usage_lines(report):
        lines += paragraph(text, room, style="dim", most=2)
    legend = (
        "B - A in points, each end of [ ] a one-sided 95 % bound. Proves: the smallest loss that "
        f"is ruled out; {numbers.size(report.margin)} would do. {how_to_read(report)[-1]}"
    )
    return [*lines, *paragraph(legend, room, hang=0, style="dim")]


def _table(report: SwapReport, width: int, most: int) -> list[Text]:
    rows = row_words(report)
    shown = _worst_kept(rows, most)
    cells = [_header(width), *(_cells(row, width) for row in shown)]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(len(cells[0]))]
    spare = width - sum(widths) - _GAP * (len(widths) - 1)
    name = max(_NARROWEST_NAME, widths[0] + min(0, spare))
    lines = [line(_join(cells[0], [name, *widths[1:]]), "dim")]
    for row, texts in zip(shown, cells[1:], strict=True):
        text = line(_join(texts, [name, *widths[1:]]))
        text.stylize(STYLES[row.mark.tone], 0, name)
        lines.append(text)
    return [*lines, *more(len(rows) - len(shown), "tag")]


def _worst_kept(rows: Sequence[RowWords], most: int) -> list[RowWords]:
    """Keep every task, and as many tags as fit: those with the worst news, in their places."""
    tags = [index for index, row in enumerate(rows) if row.is_tag]
    ordered = sorted(tags, key=lambda index: _WORST_FIRST.index(rows[index].mark.word))
    kept = set(ordered[: max(0, most - (len(rows) - len(tags)))])
    return [row for index, row in enumerate(rows) if not row.is_tag or index in kept]


def _header(width: int) -> _Cells:
    scores = ["A [95 %]", "B [95 %]"] if width >= _WIDE else ["A", "B"]
    return ["  Task, tag", *scores, "B - A [90 %]", "Proves", "Differ", "Items"]


def _cells(row: RowWords, width: int) -> _Cells:
    wide = width >= _WIDE
    name = f"{row.mark.symbol} {'  ' if row.is_tag else ''}{visible(row.name)}"
    return [
        name,
        f"{row.a} {row.a_interval}".rstrip() if wide else row.a,
        f"{row.b} {row.b_interval}".rstrip() if wide else row.b,
        f"{row.difference} {row.interval}".rstrip(),
        row.proves,
        row.differ,
        row.items,
    ]


def _join(cells: _Cells, widths: Sequence[int]) -> str:
    name = cut(cells[0], widths[0])
    parts = [name + " " * (widths[0] - cell_len(name))]
    parts += [text.rjust(width) for text, width in zip(cells[1:], widths[1:], strict=True)]
    return (" " * _GAP).join(parts)
