"""A notice in a terminal: the same lines as in Slack, with its own way of standing out."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

from evals.report.neutral_text import shown
from evals.report.notice.layout import evidence, news
from evals.report.notice.lines import Look, together
from evals.report.notice.title import title
from evals.report.styles import STYLES
from evals.report.text_lines import line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.report.notice.lines import Line, Section, Words
    from evals.report.notice.notice import Notice

_STYLES: Final = {Look.STRONG: "bold", Look.QUOTED: "cyan", Look.COMMAND: "cyan"}
_HELD: Final = "\ue000"
"""Stands for a space while lines are broken; `shown` leaves none of it in what others wrote."""
_EDGE: Final = "\u258c "


def notice_lines(notice: Notice, *, width: int, buttons: Sequence[str] = ()) -> list[Text]:
    """Return the message as lines of at most ``width`` cells, with an edge in its colour.

    ``buttons`` stand where Slack has them.
    """
    room = width - len(_EDGE)
    found = _broken(Text(shown(title(notice)), style=f"bold {STYLES[notice.tone]}"), room)
    found += _sections(news(notice), room)
    if buttons:
        found += [line(""), *_broken(Text("  ".join(f"[ {b} ]" for b in buttons), "bold"), room)]
    found += _sections(evidence(notice), room)
    return [Text.assemble((_EDGE, STYLES[notice.tone]), one) for one in found]


def _sections(sections: Sequence[Section], width: int) -> list[Text]:
    return [one for section in sections for one in [line(""), *_section(section, width)]]


def _section(section: Section, width: int) -> list[Text]:
    style = "dim" if section.quiet else ""
    return [one for each in section.lines for one in _broken(_styled(each, style), width)]


def _styled(words: Line, style: str) -> Text:
    return Text.assemble(
        *((_shown(part), _STYLES.get(part.look, "")) for part in words), style=style
    )


def _shown(part: Words) -> str:
    text = shown(part.text)
    if part.look is Look.QUOTED:
        return f"\u201c{text}\u201d"
    return text if part.look is Look.COMMAND else together(text, _HELD)


def _broken(text: Text, width: int) -> list[Text]:
    """Break at words; a command stays whole, for it may be copied."""
    console = Console(file=StringIO(), width=width, color_system=None)
    return [_ended(one) for one in text.wrap(console, width)]


def _ended(text: Text) -> Text:
    text.rstrip()
    text.plain = text.plain.replace(_HELD, " ")
    text.no_wrap = True
    return text
