"""What Slack takes: the limits and the schema of messages, as its documentation states them.

https://docs.slack.dev/reference/block-kit/blocks and /reference/methods/chat.postMessage
"""

from __future__ import annotations

import re
from typing import Any

MOST_BLOCKS = 50
MOST_TEXT = 40_000
MOST_SECTION = 3000
MOST_HEADER = 150
MOST_FIELD = 2000
MOST_BUTTON = 75
MOST_ELEMENTS = {"actions": 25, "context": 10}

_KEYS = {
    "header": ({"type", "text"}, {"block_id"}),
    "section": ({"type"}, {"text", "fields", "accessory", "block_id", "expand"}),
    "context": ({"type", "elements"}, {"block_id"}),
    "actions": ({"type", "elements"}, {"block_id"}),
    "divider": ({"type"}, {"block_id"}),
}
_BUTTON = ({"type", "text", "action_id"}, {"value", "url", "style", "confirm"})
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
CONTROL = re.compile(r"<[^>]*>?")
"""What Slack reads as a link, a mention or a command; our messages have none: links are buttons."""


class RulesBrokenError(AssertionError):
    """Slack would not take this; ``name`` is what it would answer."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name


def check_message(message: dict[str, Any]) -> None:
    """Raise RulesBrokenError for what Slack refuses, or reads otherwise than it was meant."""
    text, blocks = message.get("text"), message.get("blocks") or []
    _require(bool(text), "no_text", "a message has a text for notifications")
    _mrkdwn(str(text), MOST_TEXT)
    _require(len(blocks) <= MOST_BLOCKS, "invalid_blocks", f"{len(blocks)} blocks")
    ids = [e["action_id"] for b in blocks for e in b.get("elements", ()) if "action_id" in e]
    _require(len(ids) == len(set(ids)), "invalid_blocks", "an action_id stands twice")
    for block in blocks:
        _block(block)


def _block(block: dict[str, Any]) -> None:
    kind = str(block.get("type"))
    _require(kind in _KEYS, "invalid_blocks", f"type {kind}")
    _keys(block, *_KEYS[kind])
    if kind == "header":
        _require(block["text"]["type"] == "plain_text", "invalid_blocks", "a header is plain")
        _text(block["text"], MOST_HEADER)
    if kind == "section":
        _require("text" in block or "fields" in block, "invalid_blocks", "an empty section")
        _text(block["text"], MOST_SECTION)
    if kind in MOST_ELEMENTS:
        elements = block["elements"]
        _require(0 < len(elements) <= MOST_ELEMENTS[kind], "invalid_blocks", "elements")
        for element in elements:
            _button(element) if kind == "actions" else _text(element, MOST_SECTION)


def _button(element: dict[str, Any]) -> None:
    _require(element["type"] == "button", "invalid_blocks", "we send buttons only")
    _keys(element, *_BUTTON)
    _text(element["text"], MOST_BUTTON)
    _require(len(element.get("value", "")) <= 2000, "invalid_blocks", "a long value")
    _require(len(element.get("url", "")) <= 3000, "invalid_blocks", "a long url")


def _text(text: dict[str, Any], most: int) -> None:
    if text["type"] == "plain_text":
        _keys(text, {"type", "text"}, {"emoji"})
        _require(text.get("emoji") is False, "invalid_blocks", "emoji would be looked for")
        _length(text["text"], most)
        _require(not re.search("[<>&]", text["text"]), "invalid_blocks", "entities are unclear")
        return
    _require(text["type"] == "mrkdwn", "invalid_blocks", f"text of type {text['type']}")
    _keys(text, {"type", "text"}, {"verbatim"})
    _require(text.get("verbatim") is True, "invalid_blocks", "links would be looked for")
    _mrkdwn(text["text"], most)


def _mrkdwn(text: str, most: int) -> None:
    _length(text, most)
    _require(not _ENTITY.search(text), "invalid_blocks", f"a bare & in {text!r}")
    _require(not CONTROL.search(text), "invalid_blocks", f"a control sequence in {text!r}")


def _length(text: str, most: int) -> None:
    _require(0 < len(text) <= most, "invalid_blocks", f"{len(text)} characters of {most}")


def _keys(thing: dict[str, Any], needed: set[str], more: set[str]) -> None:
    _require(needed <= set(thing) <= needed | more, "invalid_blocks", f"keys {sorted(thing)}")


def _require(fine: bool, name: str, why: str) -> None:
    if not fine:
        raise RulesBrokenError(name, why)
