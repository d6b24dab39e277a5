"""One pair of twins: a question that has an answer, and the one that has none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What keeps the second question from having an answer."""

    ENTITY = "entity"
    """What it asks about does not exist."""
    PREMISE = "premise"
    """It takes for granted what is not true."""
    TEXT = "text"
    """The text does not say it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two questions that differ in nothing but whether they can be answered.

    Attributes:
        id: Unique within the probe.
        kind: What is wrong with ``unanswerable``.
        answerable: The question with an answer.
        unanswerable: The question without one.
        answers: Accepted answers of ``answerable``, the usual one first.
    """

    id: str
    kind: Kind
    answerable: str
    unanswerable: str
    answers: tuple[str, ...]
