"""One question, and the lines of evidence that a text of any length holds for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.golden_set import ScorerSpec


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A sentence of evidence, and where in the text it stands: 0 is its beginning, 1 its end."""

    text: str
    place: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question that the lines answer, whatever stands between them.

    Attributes:
        id: Unique within the probe.
        family: What kind of reading it takes.
        depth: Where the decisive line stands, in per cent of the text; None if all lines decide.
        lines: In the order in which they are told.
        asks: The question.
        targets: Accepted or needed answers, as the scorer takes them.
        scorer: How the answer is graded.
    """

    id: str
    family: str
    depth: int | None
    lines: tuple[Line, ...]
    asks: str
    targets: tuple[str, ...]
    scorer: ScorerSpec


def spread(texts: Sequence[str], start: float = 0.0, end: float = 1.0) -> tuple[Line, ...]:
    """Place ``texts`` evenly between two places, in their order.

    >>> [line.place for line in spread(["a", "b"])]
    [0.25, 0.75]
    """
    step = (end - start) / max(1, len(texts))
    return tuple(
        Line(text=text, place=start + (number + 0.5) * step) for number, text in enumerate(texts)
    )


def told(*groups: Sequence[Line]) -> tuple[Line, ...]:
    """Merge lines in the order of their places; of equal ones, the earlier group comes first."""
    return tuple(sorted((line for group in groups for line in group), key=lambda line: line.place))
