"""Which part of a reply is its answer. Pure, and versioned: see `PARSER_VERSION`."""

from __future__ import annotations

import re
from typing import Literal

from evals.scorers.text import clean, normalise

PARSER_VERSION = "1"
"""Covers this module and `evals.scorers.text`; part of every version that rests on them."""

AnswerForm = Literal["final", "whole", "first_line", "last_line"]

_FINAL = re.compile(
    r"(?:^[\s>#*_`~-]*(?i:final(?:\s+answer)?)|(?<!\w)FINAL(?:\s+ANSWER)?)[*_`\s]*:[*_`]*"
)
_PLACEHOLDER = re.compile(r"<([^<>]+)>")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\w*\s*")


def extract(text: str, form: AnswerForm = "final") -> str | None:
    r"""Return the answer in ``text``, cleaned (`evals.scorers.text.clean`), or None without one.

    ``final`` takes what follows the last ``FINAL:`` that is followed by anything, on that line or
    the next one; the letters of an answer keep their case.

    >>> extract("FINAL: no, wait\n**FINAL: 42**")
    '42'
    >>> extract("The answer is 42.") is None
    True
    """
    lines = _content_lines(text)
    if not lines:
        return None
    match form:
        case "whole":
            return clean(text) or None
        case "first_line":
            return clean(lines[0]) or None
        case "last_line":
            return clean(lines[-1]) or None
        case "final":
            return _after_last_marker(lines)


def _content_lines(text: str) -> list[str]:
    lines = normalise(text).splitlines()
    return [line for line in lines if line.strip() and not _FENCE.fullmatch(line)]


def _after_last_marker(lines: list[str]) -> str | None:
    for index in range(len(lines) - 1, -1, -1):
        markers = list(_FINAL.finditer(lines[index]))
        for marker in reversed(markers):
            answer = _answer_after(lines, index, marker.end())
            if answer is not None:
                return answer
    return None


def _answer_after(lines: list[str], index: int, position: int) -> str | None:
    rest = lines[index][position:]
    if not rest.strip("*_`~ \t") and index + 1 < len(lines):
        rest = lines[index + 1]
    if _FINAL.search(rest) or not rest.strip("*_`~ \t"):
        return None
    answer = clean(rest)
    placeholder = _PLACEHOLDER.fullmatch(answer)
    return (placeholder.group(1).strip() if placeholder else answer) or None
