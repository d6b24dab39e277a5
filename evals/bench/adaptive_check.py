"""The adaptive check, played against a synthetic endpoint: what it finds, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evals.bench.quick import quick_check
from evals.stats.adaptive import EXTRA_ROUNDS, NextStep, informative_items, join_rounds, next_step
from evals.stats.outcomes import Counts, count_outcomes
from evals.stats.retest import items_to_ask_again, weigh_retests

if TYPE_CHECKING:
    from evals.bench.endpoints import Endpoint
    from evals.stats.reference import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How one check ended, and how many calls it took."""

    alarm: bool
    calls: int


def adaptive_check(
    endpoint: Endpoint, rng: np.random.Generator, reference: Reference, *, alpha: float
) -> Checked:
    """Ask ``endpoint`` by the adaptive plan and judge it against ``reference``."""
    rounds = _ask_rounds(endpoint, rng, reference)
    first = quick_check(reference, rounds)
    noisy = set(informative_items(reference))
    again = _ask_odd_ones(endpoint, rng, tuple(i for i in first.fell if i not in noisy))
    retest = weigh_retests(reference, rounds, again, alpha=alpha)
    calls = int(rounds.draws.sum() + again.draws.sum())
    step = next_step(first, retest)
    if step is not NextStep.REPEAT_LATER:
        return Checked(alarm=step is NextStep.ALARM, calls=calls)
    later = _ask_rounds(endpoint, rng, reference)
    both = quick_check(reference, join_rounds(rounds, later))
    return Checked(alarm=both.p_drop <= alpha, calls=calls + int(later.draws.sum()))


def _ask_rounds(endpoint: Endpoint, rng: np.random.Generator, reference: Reference) -> Counts:
    informative = informative_items(reference)
    everything = _ask(endpoint, rng, tuple(range(endpoint.p.size)))
    again = [_ask(endpoint, rng, informative) for _ in range(EXTRA_ROUNDS)]
    return join_rounds(everything, *again)


def _ask_odd_ones(endpoint: Endpoint, rng: np.random.Generator, fell: tuple[int, ...]) -> Counts:
    again = _ask(endpoint, rng, ())
    while items := items_to_ask_again(fell, again):
        again = join_rounds(again, _ask(endpoint, rng, items))
    return again


def _ask(endpoint: Endpoint, rng: np.random.Generator, items: tuple[int, ...]) -> Counts:
    answers = endpoint.answers(rng, 1)[0]
    asked = np.zeros(answers.shape, dtype=bool)
    asked[list(items)] = True
    return count_outcomes(np.where(asked, answers, np.nan))
