"""What one reply shows, and the row that it makes in a series."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import TYPE_CHECKING, Final

from evals.call_state import CallState
from evals.records import ScoreRecord
from evals.scorers.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.probes.answer import Answer
    from evals.records import SampleRecord

VERSION: Final = "1"
"""Covers all that is read here."""

EMPTY: Final = "(empty)"
_READABLE: Final = (CallState.OK, CallState.UNPARSED, CallState.TRUNCATED)
_NAMED: Final = 3
_MARKS: Final = ("```", "**", "#", "- ", "* ")


def is_readable(answer: Answer) -> bool:
    """Whether a reply came; one that the probe itself cut is whole, an empty one is a reply."""
    return answer.sample.state in _READABLE and answer.sample.text is not None


def first_word(answer: Answer) -> str:
    """Return the first word or token of a reply."""
    return next(iter(squeeze(answer.sample.text or "").split()), EMPTY)


def opens_with_word(answer: Answer) -> bool:
    """Say whether a reply begins with a letter or a digit."""
    return first_word(answer)[0].isalnum()


def likeliest(logprobs: Mapping[str, float]) -> str:
    """Return the three likeliest tokens in their order, quoted.

    >>> likeliest({"b": -2.0, "a": -0.5, "d": -4.0, "c": -3.0})
    "'a' 'b' 'c'"
    """
    best = sorted(logprobs, key=lambda token: (-logprobs[token], token))[:_NAMED]
    return " ".join(map(repr, best))


def is_sure(logprobs: Mapping[str, float]) -> bool:
    """Say whether the likeliest token has at least half of the mass."""
    return max(logprobs.values()) >= log(0.5)


def is_bare(answer: Answer) -> bool:
    """Say whether a reply is one line without markdown."""
    text = (answer.sample.text or "").strip()
    return "\n" not in text and not any(mark in text for mark in _MARKS)


def form(answer: Answer) -> str:
    """Return length and marks of a reply; lengths that double are told apart, others not."""
    text = (answer.sample.text or "").strip()
    marks = [mark.strip() for mark in _MARKS if mark in text]
    return f"{len(text).bit_length()} {'bare' if is_bare(answer) else 'marked'} {' '.join(marks)}"


def row(answer: Answer, parsed: str, *, passed: bool) -> SampleRecord:
    """Return the sample of a readable reply as graded so, however it ended."""
    score = ScoreRecord(
        scorer="canary",
        scorer_version=VERSION,
        state=CallState.OK,
        value=float(passed),
        passed=passed,
        parsed=parsed,
    )
    return replace(answer.sample, score=score)
