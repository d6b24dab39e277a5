"""A notice as a Slack message: Block Kit, and the text that phones show before it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from evals.report import slack_text
from evals.report.notice.layout import evidence, news, reply_sections
from evals.report.notice.lines import Look, Words, together
from evals.report.notice.notice import NoticeKind
from evals.report.notice.title import title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.report.notice.lines import Line, Section
    from evals.report.notice.notice import Notice

ACKNOWLEDGE: Final = "pinwatch_acknowledge"
SILENCE: Final = "pinwatch_silence"
"""Ids of the buttons, as they come back; their value is the id of the alert."""
SILENCE_HOURS: Final = 24

MOST_BLOCKS: Final = 50
MOST_CHARACTERS: Final = 3000
MOST_IN_HEADER: Final = 150
_MOST_IN_TEXT: Final = 1000
_MOST_QUOTED: Final = 300
_LONGEST_ENTITY: Final = len("&amp;")
_MOST_NEWS: Final = 30
"""Blocks before the buttons, so that there is room for the evidence after them."""
_BUTTON_KINDS: Final = (NoticeKind.OPENED, NoticeKind.STILL_OPEN, NoticeKind.ACKNOWLEDGED)


def payload(notice: Notice, *, buttons: bool) -> dict[str, Any]:
    """Return the message: ``text`` for notifications, ``blocks`` for everything else.

    Args:
        notice: What it says.
        buttons: Slack brings presses of a button back to us; without that there are links alone.
    """
    actions = _actions(notice, buttons=buttons)
    first = [*_blocks(news(notice), room=_MOST_NEWS), *actions]
    left = MOST_BLOCKS - 1 - len(first)
    return _message(notice, [*first, *_blocks(evidence(notice), room=left)])


def reply(notice: Notice) -> dict[str, Any]:
    """Return what is said in the thread of the message that `payload` brings up to date."""
    return _message(notice, _blocks(reply_sections(notice), room=_MOST_NEWS))


def _message(notice: Notice, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the message; Slack is to fetch nothing that a text might lead to."""
    return {
        "text": fallback(notice),
        "blocks": [_header(notice), *blocks],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def fallback(notice: Notice) -> str:
    """Return the message in one line, the verdict first."""
    lead = notice.reason if notice.kind is NoticeKind.RESOLVED else notice.headline
    said = title(notice) if notice.kind in _COMPLETE else f"{title(notice)}: {lead}"
    return slack_text.words(said[:_MOST_IN_TEXT])


_COMPLETE: Final = (NoticeKind.DIGEST, NoticeKind.TEST)


def _header(notice: Notice) -> dict[str, Any]:
    text = slack_text.plain(title(notice), MOST_IN_HEADER)
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _blocks(found: Sequence[Section], *, room: int) -> list[dict[str, Any]]:
    """Return one block a section, and say so where Slack takes no more."""
    blocks = [_block(section) for section in found]
    if len(blocks) <= room:
        return blocks
    return [*blocks[: room - 1], _context("The rest is in the report.")]


def _block(section: Section) -> dict[str, Any]:
    text = ""
    for line in section.lines:
        said, whole = _line(line, MOST_CHARACTERS - len(text) - 1)
        text = f"{text}\n{said}" if text and said else text + said
        if not whole:
            break
    return _context(text) if section.quiet else {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _line(line: Line, room: int) -> tuple[str, bool]:
    """Return what has room of a line, and whether that is all of it."""
    said = ""
    for part in line:
        words = _words(part)
        if len(said) + len(words) > room:
            return said + _cut(part, room - len(said)), False
        said += words
    return said, True


def _cut(part: Words, room: int) -> str:
    """Return as much of ``part`` as fits, cut before it is escaped: half an entity is none."""
    text = part.text
    while text:
        words = _words(Words(f"{text}\u2026", part.look))
        if len(words) <= room:
            return words
        text = text[: -max(1, (len(words) - room) // _LONGEST_ENTITY)]
    return ""


def _words(part: Words) -> str:
    if part.look in (Look.QUOTED, Look.COMMAND):
        return slack_text.code(part.text, _MOST_QUOTED)
    text = together(part.text, "\u00a0")
    return slack_text.strong(text) if part.look is Look.STRONG else slack_text.words(text)


def _actions(notice: Notice, *, buttons: bool) -> list[dict[str, Any]]:
    elements = [_link(link.words, link.url, index) for index, link in enumerate(notice.links)]
    if buttons and notice.alert_id and notice.kind in _BUTTON_KINDS:
        if notice.kind is not NoticeKind.ACKNOWLEDGED:
            elements.append(_button("Acknowledge", ACKNOWLEDGE, notice.alert_id))
        elements.append(_button(f"Silence {SILENCE_HOURS} h", SILENCE, notice.alert_id))
    return [{"type": "actions", "elements": elements}] if elements else []


def _button(words: str, action: str, alert_id: str) -> dict[str, Any]:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": words, "emoji": False},
        "action_id": action,
        "value": alert_id,
    }


def _link(words: str, url: str, index: int) -> dict[str, Any]:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": words, "emoji": False},
        "action_id": f"pinwatch_link_{index}",
        "url": url,
    }
