"""Fifty short problems, each with one whole number as its answer. Pure, and pinned by a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT: Final = 50
_SEED: Final = 41_972


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One question and its answer."""

    question: str
    answer: int


def problems() -> tuple[Problem, ...]:
    """Return fifty problems of ten kinds in turn, no two with the same answer.

    Different answers make it plain when a reply has slipped by one line.

    >>> problems()[0]
    Problem(question='What is 58 plus 27?', answer=85)
    """
    rng = random.Random(_SEED)  # noqa: S311 - a pinned choice, no secret
    found: dict[int, Problem] = {}
    while len(found) < COUNT:
        problem = _KINDS[len(found) % len(_KINDS)](rng)
        found.setdefault(problem.answer, problem)
    return tuple(found.values())


def _sum(rng: random.Random) -> Problem:
    a, b = rng.randrange(21, 99), rng.randrange(21, 99)
    return Problem(question=f"What is {a} plus {b}?", answer=a + b)


def _difference(rng: random.Random) -> Problem:
    a, b = rng.randrange(120, 400), rng.randrange(21, 99)
    return Problem(question=f"What is {a} minus {b}?", answer=a - b)


def _product(rng: random.Random) -> Problem:
    a, b = rng.randrange(6, 20), rng.randrange(3, 10)
    return Problem(question=f"What is {a} times {b}?", answer=a * b)


def _quotient(rng: random.Random) -> Problem:
    a, b = rng.randrange(11, 60), rng.randrange(3, 10)
    return Problem(question=f"What is {a * b} divided by {b}?", answer=a)


def _series(rng: random.Random) -> Problem:
    start, step = rng.randrange(5, 60), rng.randrange(3, 15)
    terms = ", ".join(str(start + step * k) for k in range(4))
    return Problem(question=f"Which number comes next: {terms}?", answer=start + 4 * step)


def _minutes(rng: random.Random) -> Problem:
    hours, minutes = rng.randrange(2, 9), rng.randrange(5, 55)
    question = f"How many minutes are {hours} hours and {minutes} minutes?"
    return Problem(question=question, answer=60 * hours + minutes)


def _left_over(rng: random.Random) -> Problem:
    boxes, each, sold = rng.randrange(4, 15), rng.randrange(12, 30), rng.randrange(8, 40)
    question = f"{boxes} boxes hold {each} eggs each; {sold} eggs are sold. How many are left?"
    return Problem(question=question, answer=boxes * each - sold)


def _larger(rng: random.Random) -> Problem:
    small, more = rng.randrange(14, 80), rng.randrange(3, 30)
    question = f"A rope is {small} metres long, a second one {more} metres longer. How long is it?"
    return Problem(question=question, answer=small + more)


def _twice(rng: random.Random) -> Problem:
    number, more = rng.randrange(20, 90), rng.randrange(3, 20)
    return Problem(
        question=f"Which number is {more} more than twice {number}?", answer=2 * number + more
    )


def _rest(rng: random.Random) -> Problem:
    total, first = rng.randrange(150, 500), rng.randrange(30, 140)
    question = f"Two numbers add up to {total}; one of them is {first}. What is the other?"
    return Problem(question=question, answer=total - first)


_KINDS: Final[tuple[Callable[[random.Random], Problem], ...]] = (
    _sum,
    _difference,
    _product,
    _quotient,
    _series,
    _minutes,
    _left_over,
    _larger,
    _twice,
    _rest,
)
