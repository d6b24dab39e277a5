"""The task table of the terminal: one line a task, however wide the terminal is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text

from evals import numbers
from evals.report.rows import NO_BASELINE, shown_p, task_rows
from evals.report.safe_text import cut, visible
from evals.report.styles import STYLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.compare import TaskComparison
    from evals.report.rows import TaskRow
    from evals.report.view import RunReport

INSUFFICIENT_MARK: Final = "*"
"""Stands beside a score on too few items; what it means is said under the table."""

_NARROWEST_NAME: Final = 8
_EMPTY: Final = "-"
_NAME: Final = 1
_UNCOMPARED_WIDE: Final = 4
_UNCOMPARED_NARROW: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class _Column:
    """A header of one or two lines over cells; numbers stand to the right."""

    header: tuple[str, ...]
    cells: tuple[str, ...]
    right: bool = False

    @property
    def width(self) -> int:
        return max(cell_len(text) for text in (*self.header, *self.cells))


def task_table(report: RunReport, width: int) -> tuple[Text, ...]:
    """Return header and one line a task, none wider than ``width`` while names can give way."""
    rows = task_rows(report)
    if not rows:
        return ()
    layouts = [_wide(rows), _narrow(report, rows, ("", "Baseline")), _short(report, rows)]
    fitting = (columns for columns in layouts if _total(columns, 2) <= width)
    columns = next(fitting, layouts[-1])
    gap = 2 if _total(columns, 2) <= width else 1
    columns = _fit_name(columns, width - _total(columns, gap))
    return (*_header(columns, gap), *_lines(columns, rows, gap))


def _wide(rows: Sequence[TaskRow]) -> list[_Column]:
    columns = [
        *_names(rows),
        _right(("Score",), [row.score + _star(row) for row in rows]),
        _right(("95 % interval",), [row.interval for row in rows]),
        _right(("Baseline",), [row.baseline for row in rows]),
        _right(("Change",), [row.change for row in rows]),
        _right(("95 % interval",), [row.change_interval.removesuffix(" points") for row in rows]),
        _right(("",), [row.p for row in rows]),
        _right(("Could see",), [row.seen for row in rows]),
    ]
    return columns if _compared(rows) else columns[:_UNCOMPARED_WIDE]


def _narrow(report: RunReport, rows: Sequence[TaskRow], baseline: tuple[str, str]) -> list[_Column]:
    tasks, alpha = report.comparison.tasks, report.verdict.alpha
    columns = [
        *_names(rows),
        _right(("Score", "[95 % interval]"), list(map(_short_score, tasks, rows))),
        _right(baseline, [row.baseline for row in rows]),
        _right(("Change in points", "[95 % interval]"), [_short_change(task) for task in tasks]),
        _right(("", "p"), [_short_p(task, alpha) for task in tasks]),
        _right(("Could", "see"), [_short_seen(task) for task in tasks]),
    ]
    return columns if _compared(rows) else columns[:_UNCOMPARED_NARROW]


def _short(report: RunReport, rows: Sequence[TaskRow]) -> list[_Column]:
    return _narrow(report, rows, ("Base-", "line"))


def _names(rows: Sequence[TaskRow]) -> list[_Column]:
    return [
        _Column(header=("",), cells=tuple(row.mark.symbol for row in rows)),
        _Column(header=("Task",), cells=tuple(visible(row.task) for row in rows)),
    ]


def _compared(rows: Sequence[TaskRow]) -> bool:
    return any(row.baseline for row in rows)


def _star(row: TaskRow) -> str:
    return INSUFFICIENT_MARK if row.label else ""


def _short_score(task: TaskComparison, row: TaskRow) -> str:
    score = task.score
    if score.rate is None:
        return numbers.CANNOT_TELL
    low, high = numbers.unsigned(score.low), numbers.unsigned(score.high)
    return f"{numbers.percent(score.rate)}{_star(row)} [{low}, {high}]"


def _short_change(task: TaskComparison) -> str:
    check = task.check
    if check is None or not numbers.is_known(check.effect, check.low, check.high):
        return numbers.CANNOT_TELL
    low, high = numbers.signed(check.low), numbers.signed(check.high)
    return f"{numbers.signed(check.effect)} [{low}, {high}]"


def _short_p(task: TaskComparison, alpha: float) -> str:
    if task.check is None or not numbers.is_known(shown_p(task.check)):
        return _EMPTY
    return numbers.bare_p_value(shown_p(task.check), alpha=alpha)


def _short_seen(task: TaskComparison) -> str:
    if task.check is None or not numbers.is_known(task.check.mde):
        return _EMPTY
    return (
        numbers.smallest_seen(task.check.mde).removesuffix(" points").replace("no change", "none")
    )


def _right(header: tuple[str, ...], cells: Sequence[str]) -> _Column:
    filled = tuple(_EMPTY if text in ("", NO_BASELINE) else text for text in cells)
    return _Column(header=header, cells=filled, right=True)


def _total(columns: Sequence[_Column], gap: int) -> int:
    return sum(column.width for column in columns) + gap * (len(columns) - 2) + 1


def _fit_name(columns: list[_Column], spare: int) -> list[_Column]:
    name = columns[_NAME]
    room = max(_NARROWEST_NAME, name.width + min(0, spare))
    cells = tuple(cut(text, room) for text in name.cells)
    return [*columns[:_NAME], _Column(header=name.header, cells=cells), *columns[_NAME + 1 :]]


def _header(columns: Sequence[_Column], gap: int) -> list[Text]:
    height = max(len(column.header) for column in columns)
    lines = []
    for index in range(height):
        texts = [_header_cell(column, index - height) for column in columns]
        lines.append(Text(_join(columns, texts, gap).rstrip(), style="dim", no_wrap=True))
    return lines


def _header_cell(column: _Column, index: int) -> str:
    return column.header[index] if -index <= len(column.header) else ""


def _lines(columns: Sequence[_Column], rows: Sequence[TaskRow], gap: int) -> list[Text]:
    lines = []
    for index, row in enumerate(rows):
        line = Text(_join(columns, [c.cells[index] for c in columns], gap).rstrip(), no_wrap=True)
        line.stylize(STYLES[row.mark.tone], 0, 2 + len(columns[_NAME].cells[index]))
        lines.append(line)
    return lines


def _join(columns: Sequence[_Column], texts: Sequence[str], gap: int) -> str:
    cells = [_pad(text, column) for text, column in zip(texts, columns, strict=True)]
    return f"{cells[0]} {(' ' * gap).join(cells[1:])}"


def _pad(text: str, column: _Column) -> str:
    space = " " * (column.width - cell_len(text))
    return space + text if column.right else text + space
