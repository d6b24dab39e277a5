"""Answers by question and arm, in shares."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from evals.probes.lost_in_the_middle.generator import position_arm, position_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.probes.answer import Answer

Shares: TypeAlias = "Mapping[str, Mapping[str, float]]"
"""By question and arm, the share of its graded answers that are right."""


def question_of(answer: Answer) -> str:
    """Return the question that an answer is about, whatever its arm and epoch."""
    return answer.item.conversation or answer.item.id


def positions_in(answers: Iterable[Answer]) -> tuple[int, ...]:
    """Return the positions that were asked, ascending, whatever became of the asking."""
    found = {position_of(answer.item.arm) for answer in answers}
    return tuple(sorted(place for place in found if place is not None))


def shares_of(answers: Iterable[Answer]) -> Shares:
    """Gather the graded answers; an arm without any is missing, never 0."""
    found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for answer in answers:
        if answer.right is not None:
            found[question_of(answer)][answer.item.arm].append(answer.right)
    return {
        question: {arm: sum(rights) / len(rights) for arm, rights in arms.items()}
        for question, arms in found.items()
    }


def with_arms(shares: Shares, arms: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    """Return the shares in ``arms``, for each question that has all of them.

    >>> with_arms({"q1": {"a": 1.0, "b": 0.0}, "q2": {"a": 1.0}}, ["a", "b"])
    ((1.0, 0.0),)
    """
    return tuple(
        tuple(of_one[arm] for arm in arms)
        for of_one in shares.values()
        if all(arm in of_one for arm in arms)
    )


def position_arms(positions: Sequence[int]) -> tuple[str, ...]:
    """Return the arms of ``positions``."""
    return tuple(position_arm(place) for place in positions)
