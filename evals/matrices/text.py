"""Judgements in a terminal: the last run's verdict on the first line, then one line a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich import box
from rich.table import Table
from rich.text import Text

from evals import numbers
from evals.report.marks import MARKS
from evals.report.styles import STYLES
from evals.report.text_lines import Room, paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from evals.matrices.judging import RunJudgement

_WIDE: Final = 100
_COLUMNS: Final = ("run", "verdict", "change [95 %]", "drop", "rise", "week", "sees")
_WIDE_COLUMNS: Final = (*_COLUMNS, "flip", "items", "draws")
_NOTHING: Final = "-"


def print_judgements(judged: Sequence[RunJudgement], console: Console, *, alpha: float) -> None:
    """Print what each run says; narrow consoles leave out the counts."""
    last = judged[-1]
    mark = MARKS[last.verdict]
    word = f"{mark.symbol} {mark.word}"
    room = Room(width=console.width)
    first = paragraph(f"{word}: run {len(judged) - 1}: {last.reason}", room, style="bold")
    first[0].stylize(STYLES[mark.tone], 0, len(word) + 1)
    for part in first:
        console.print(part, crop=False)
    wide = console.width >= _WIDE
    console.print(_table(judged, wide=wide))
    legend = (
        f"Points; p-values count at {_level(judged, alpha)} and below. drop, rise: this run alone; "
        "week: worse since some run before; sees: what such a run finds 4 times in 5"
        + ("; flip: single items that broke." if wide else ".")
    )
    for part in paragraph(legend, room, hang=0, style="dim"):
        console.print(part, crop=False)


def _level(judged: Sequence[RunJudgement], alpha: float) -> str:
    whole, each = numbers.level(alpha), numbers.level(judged[-1].level)
    return whole if whole == each else f"{whole}, once there is a week before at half of it,"


def _table(judged: Sequence[RunJudgement], *, wide: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    headings = _WIDE_COLUMNS if wide else _COLUMNS
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "verdict" else "right", no_wrap=True)
    for index, one in enumerate(judged):
        mark = MARKS[one.verdict]
        verdict = Text(f"{mark.symbol} {one.verdict.value}", style=STYLES[mark.tone])
        table.add_row(str(index), verdict, *_cells(one)[: len(headings) - 2])
    return table


def _cells(one: RunJudgement) -> list[str]:
    check = one.check
    if not numbers.is_known(check.effect):
        return [_NOTHING] * (len(_WIDE_COLUMNS) - 2)
    seen = numbers.smallest_seen(check.mde).removesuffix(" points")
    p_drop, p_rise, p_week, p_flip = (
        numbers.bare_p_value(p, alpha=one.level)
        for p in (check.p_drop, check.p_rise, one.p_week, check.p_flip_drop)
    )
    low, high = numbers.signed(check.low), numbers.signed(check.high)
    return [
        f"{numbers.signed(check.effect)} [{low}, {high}]",
        *(p_drop, p_rise, p_week),
        seen if numbers.is_known(check.mde) else _NOTHING,
        *(p_flip, str(check.items), str(check.draws)),
    ]
