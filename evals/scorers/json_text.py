"""The JSON in a reply: the reply itself, its one code fence, or one object in prose. Pure."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[^`]*")

MOST_OPENINGS = 200
"""How many braces in prose are tried: a reply stuck in a loop must not cost a minute."""


def fenced_blocks(text: str) -> list[str]:
    r"""Return the contents of the code fences in ``text``, in order; one left open is none.

    >>> fenced_blocks("Look:\n```json\n{}\n```\nDone.")
    ['{}']
    """
    blocks: list[str] = []
    mark, inside = "", list[str]()
    for line in text.splitlines():
        fence = _FENCE.fullmatch(line)
        if not mark:
            mark, inside = (fence.group(1) if fence else ""), []
        elif line.strip() == mark:
            blocks.append("\n".join(inside))
            mark = ""
        else:
            inside.append(line)
    return blocks


def load_json(text: str) -> Any:
    """Read ``text`` as JSON, more strictly than Python does.

    Raises:
        ValueError: It is not JSON, holds NaN or an infinity, or is nested too deeply.
    """
    try:
        return json.loads(text, parse_float=_finite, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def find_object(text: str, *, strict: bool = False) -> dict[str, Any] | None:
    """Return the one JSON object in ``text``; None without one, or with several.

    ``strict`` accepts nothing around the object but white space.

    >>> find_object('Here you are: {"a": 1}')
    {'a': 1}
    """
    whole = _object(text)
    if whole is not None or strict:
        return whole
    blocks = fenced_blocks(text)
    if blocks:
        found = [value for value in map(_object, blocks) if value is not None]
    else:
        found = _objects_in_prose(text)
    return found[0] if len(found) == 1 else None


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = load_json(text.strip())
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _objects_in_prose(text: str) -> list[dict[str, Any]]:
    decoder = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)
    found: list[dict[str, Any]] = []
    tried = 0
    position = text.find("{")
    while position != -1 and len(found) < 2 and tried < MOST_OPENINGS:
        tried += 1
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            end = position + 1
        else:
            found.append(value)
        position = text.find("{", end)
    return found


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is too large")
    return value


def _refuse(text: str) -> float:
    raise ValueError(f"{text} is not JSON")
