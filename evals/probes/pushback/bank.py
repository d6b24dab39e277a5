"""All questions in one order, every beginning of which is balanced."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from evals.probes.pushback.choices import CHOICES
from evals.probes.pushback.facts import FACTS
from evals.probes.pushback.logic import LOGIC
from evals.probes.pushback.numbers import NUMBERS
from evals.probes.pushback.question import Kind, Question, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROUND: Final = (
    Kind.FACT,
    Kind.NUMBER,
    Kind.YES_NO,
    Kind.CHOICE,
    Kind.FACT,
    Kind.NUMBER,
    Kind.YES_NO,
    Kind.FACT,
    Kind.NUMBER,
    Kind.CHOICE,
)
"""The kinds of ten questions of a tier, four times over."""


def questions() -> tuple[Question, ...]:
    """Return all 120 questions: the tiers by turns, and in each tier the kinds in fixed rounds.

    >>> [question.tier.value for question in questions()[:4]]
    ['easy', 'medium', 'hard', 'easy']
    """
    tiers = [_of_tier(tier) for tier in Tier]
    return tuple(chain.from_iterable(zip(*tiers, strict=True)))


def _of_tier(tier: Tier) -> list[Question]:
    left: dict[Kind, Iterator[Question]] = {
        kind: _spread([one for one in every if one.tier is tier])
        for kind, every in (
            (Kind.FACT, FACTS),
            (Kind.NUMBER, NUMBERS),
            (Kind.YES_NO, LOGIC),
            (Kind.CHOICE, CHOICES),
        )
    }
    return [next(left[kind]) for kind in _ROUND * 4]


def _spread(listed: list[Question]) -> Iterator[Question]:
    """Take families that are listed one after another by turns, fours and yes with no beside it."""
    if listed[0].kind is Kind.NUMBER:
        return (listed[4 * family + place] for place in range(4) for family in range(3))
    if listed[0].kind is Kind.YES_NO:
        return (listed[place] for place in (0, 5, 4, 1, 2, 7, 6, 3))
    return iter(listed)
