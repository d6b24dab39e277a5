"""A notice as plain text, for mail, pagers, chats and terminals that know nothing better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.report.neutral_text import isolated, shown, untagged
from evals.report.notice.layout import sections
from evals.report.notice.lines import Look
from evals.report.notice.title import title

if TYPE_CHECKING:
    from evals.report.notice.lines import Line, Words
    from evals.report.notice.notice import Notice

MOST: Final = 20_000
"""Characters of a whole message."""


def text_title(notice: Notice) -> str:
    """Return the first line: the subject of a mail, the summary of an incident."""
    return untagged(title(notice))


def text_body(notice: Notice) -> str:
    """Return everything after the first line, sections apart; links last."""
    parts = ["\n".join(_line(line) for line in section.lines) for section in sections(notice)]
    parts += [f"{untagged(link.words)}: {link.url}" for link in notice.links]
    return "\n\n".join(parts)[:MOST]


def _line(line: Line) -> str:
    return "".join(_words(part) for part in line)


def _words(part: Words) -> str:
    if part.look is Look.COMMAND:
        return f"$ {shown(part.text)}"
    if part.look is Look.QUOTED:
        return f"\u201c{isolated(untagged(part.text))}\u201d"
    return untagged(part.text)
