"""The report in a terminal: one screen, the verdict on its first line."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from evals.report import text_sections as sections
from evals.report.probe_rows import without_quiet_parts
from evals.report.probe_text import probe_lines
from evals.report.text_flips import LINES_A_FLIP, flip_lines
from evals.report.text_lines import Room, line
from evals.report.worst import worst_flips

if TYPE_CHECKING:
    from rich.console import Console

    from evals.report.view import RunReport

_MOST_FLIPS: Final = 5
_ENOUGH_FLIPS: Final = 3
_PROMPT_LINES: Final = 2
"""Kept free for the command that was typed and the prompt that follows."""
_LOG_HEIGHT: Final = 40
"""Lines where nobody watches a screen: a file, a pipe, a log."""
_ASCII: Final = str.maketrans(
    {"✓": "+", "▲": "^", "✗": "x", "≠": "#", "\u2192": "->", "\u2026": ".."}
)

_Parts = list[list[Text]]


def print_report(report: RunReport, console: Console) -> None:
    """Print ``report`` on one screen, for up to half a dozen tasks.

    Consoles that cannot show Unicode get ASCII. Nothing in the report is ever read as markup.
    """
    height = console.height if console.is_terminal else _LOG_HEIGHT
    page = terminal_report(report, width=console.width, height=height)
    if not console.encoding.lower().startswith("utf"):
        plain = text_report(report, width=console.width, height=height)
        page = Group(line(to_ascii(plain).rstrip("\n")))
    console.print(page, crop=False, highlight=False)


def text_report(report: RunReport, *, width: int = 100, height: int = _LOG_HEIGHT) -> str:
    """Return the same report as plain text, for files and pipes."""
    page = terminal_report(report, width=width, height=height)
    return "".join(
        f"{part.plain.rstrip()}\n" for part in page.renderables if isinstance(part, Text)
    )


def terminal_report(report: RunReport, *, width: int, height: int) -> Group:
    """Lay the report out for a terminal of ``width`` by ``height`` cells.

    What does not fit gives way in this order: changed items beyond three, blank lines, further
    lines of each paragraph, changed items beyond the worst.
    """
    report, quiet = without_quiet_parts(report)
    lines = height - _PROMPT_LINES
    wanted = min(_ENOUGH_FLIPS, len(worst_flips(report)))
    for spaced, tight in ((True, False), (False, False), (False, True)):
        room = Room(width=width, tight=tight)
        above, below = _above(report, room, quiet, spaced=spaced), _below(report, room)
        left = (lines - len(above) - len(below) - 1 - spaced) // LINES_A_FLIP
        if left >= wanted:
            break
    flips = flip_lines(worst_flips(report), max(1, min(_MOST_FLIPS, left)), width)
    return Group(*above, *_join([flips], spaced=spaced), *below)


def to_ascii(text: str) -> str:
    r"""Return ``text`` for a console that knows ASCII only.

    >>> to_ascii("✗ REGRESSED: é")
    'x REGRESSED: \\xe9'
    """
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode()


def _above(report: RunReport, room: Room, quiet: int, *, spaced: bool) -> list[Text]:
    """Lay out what comes before the changed items; ``quiet`` series of probes were left out."""
    verdict = [*sections.verdict_lines(report, room), *sections.subject_lines(report, room)]
    causes = [
        *sections.answer_lines(report, room),
        *sections.state_lines(report, room),
        *sections.fingerprint_lines(report, room),
        *sections.note_lines(report, room),
    ]
    tasks = [*sections.table_lines(report, room), *sections.quiet_lines(quiet, room)]
    return _join([verdict, tasks, probe_lines(report, room), causes], spaced=spaced)


def _below(report: RunReport, room: Room) -> list[Text]:
    return [
        *sections.sampling_lines(report, room),
        *sections.usage_lines(report, room),
        *sections.step_lines(report, room),
    ]


def _join(parts: _Parts, *, spaced: bool) -> list[Text]:
    """Return the lines of all parts, each part that has any followed by a blank one."""
    blank = [line("")] if spaced else []
    return list(chain.from_iterable([*part, *blank] for part in parts if part))
