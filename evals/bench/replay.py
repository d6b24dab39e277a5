"""The detectors on recorded answers: a documented change, and an endpoint that did not change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, log
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.bench.detectors import ALPHA
from evals.bench.figures import Figure, mean_of, median_of, rate_of
from evals.bench.recordings import Primes, SameModel
from evals.stats.answer_check import check_answers
from evals.stats.check import Check, check_outcomes
from evals.stats.excess import log_e_of_excess
from evals.stats.prior import DEFAULT_PRIOR, GRID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from evals.stats.answer_check import AnswerCheck
    from evals.stats.arrays import Bools

_ORDERS: Final = 500
_NEEDED: Final = log(1 / ALPHA)
ANSWER_GOAL: Final = 20
ACCURACY_GOAL: Final = 100
EXPECTED_SHARE: Final = float(2 * DEFAULT_PRIOR @ (GRID * (1 - GRID)))
"""How many answers two single runs of an unchanged endpoint are believed to differ in, before any
repeated answers are seen: 2 vbar of the default prior, about 12 %."""

_CHANGES: Final = (
    ("gpt-4-0314", "gpt-4-0613", True),
    ("gpt-3.5-turbo-0301", "gpt-3.5-turbo-0613", False),
)
"""Version before, version after, and whether it got worse, as published."""


def replay(recording: Primes | SameModel) -> dict[str, Figure]:
    """Measure what the recording can show."""
    if isinstance(recording, Primes):
        return _replay_primes(recording)
    return _replay_same_model(recording)


def _replay_primes(primes: Primes) -> dict[str, Figure]:
    """Count calls until paged, over random orders of the items.

    There is one answer per item and version, so no noise was recorded. Answers: against the share
    that the default prior expects to differ. Accuracy: of the items that became right or wrong, the
    share that became wrong (right, for the change that was published as better), against one half;
    overall, and as the mean of that e-value with those of both classes, as tags are weighed.
    """
    figures: dict[str, Figure] = {}
    for before, after, worse in _CHANGES:
        name = f"primes, {before} to {after}"
        figures |= _published(name, primes, primes.right(before), primes.right(after))
        moves = _Moves(
            changed=primes.answers[before] != primes.answers[after],
            moved=primes.right(before) != primes.right(after),
            asked_for=primes.right(before if worse else after),
            prime=primes.prime,
        )
        calls = [_calls_until_paged(moves, order) for order in range(_ORDERS)]
        for (test, goal), found in zip(_TESTS, zip(*calls, strict=True), strict=True):
            figures[f"{name} | calls until paged, {test}"] = median_of(found)
            figures[f"{name} | paged within {goal} calls, {test}"] = rate_of(
                count <= goal for count in found
            )
    return figures


_TESTS: Final = (
    ("answers changed", ANSWER_GOAL),
    ("accuracy alone", ACCURACY_GOAL),
    ("accuracy and its tags", ACCURACY_GOAL),
)


def _published(name: str, primes: Primes, was: Bools, now: Bools) -> dict[str, Figure]:
    shares = {
        "accuracy before": was,
        "accuracy after": now,
        "primes before": was[primes.prime],
        "primes after": now[primes.prime],
        "composites before": was[~primes.prime],
        "composites after": now[~primes.prime],
        "right to wrong": was & ~now,
        "wrong to right": ~was & now,
    }
    return {f"{name} | {what}": rate_of(share.tolist()) for what, share in shares.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moves:
    """What became of each item.

    Attributes:
        changed: Its answer is another one.
        moved: It became right or wrong.
        asked_for: If it moved, then in the direction that is tested.
        prime: Its class.
    """

    changed: Bools
    moved: Bools
    asked_for: Bools
    prime: Bools


def _calls_until_paged(moves: _Moves, order: int) -> tuple[float, float, float]:
    shuffled = np.random.default_rng(order).permutation(moves.prime.size)
    moved, prime = moves.moved[shuffled], moves.prime[shuffled]
    asked_for, every = moves.asked_for[shuffled], np.ones_like(moved)
    by_tag = [_evidence(asked_for, moved & tag, share=0.5) for tag in (every, prime, ~prime)]
    return (
        _first(_evidence(moves.changed[shuffled], every, share=EXPECTED_SHARE)),
        _first(_evidence(asked_for, moved, share=0.5)),
        _first(_log_mean_exp(parts) for parts in zip(*by_tag, strict=True)),
    )


def _evidence(hits: Bools, drawn: Bools, *, share: float) -> Iterator[float]:
    found = draws = 0
    for hit, counts in zip(hits.tolist(), drawn.tolist(), strict=True):
        draws += counts
        found += hit and counts
        yield _log_e(found, draws, share)


@lru_cache(maxsize=65536)
def _log_e(hits: int, draws: int, share: float) -> float:
    """Keep e-values: random orders pass the same few counts again and again."""
    return log_e_of_excess(hits, draws, share=share)


def _log_mean_exp(logs: tuple[float, ...]) -> float:
    return log(sum(exp(value) for value in logs) / len(logs))


def _first(evidence: Iterable[float]) -> float:
    return next((call for call, e in enumerate(evidence, start=1) if e >= _NEEDED), inf)


def _replay_same_model(recording: SameModel) -> dict[str, Figure]:
    """Judge every run against the four others: accuracy down and up, and answers."""
    figures: dict[str, Figure] = {}
    for task, correct in recording.correct.items():
        outcomes = correct.astype(float)
        runs = range(outcomes.shape[0])
        checks = [
            check_outcomes(np.delete(outcomes, run, axis=0), outcomes[run], alpha=ALPHA)
            for run in runs
        ]
        codes = recording.codes[task]
        answers = [
            check_answers(np.delete(codes, run, axis=0), codes[run], alpha=ALPHA) for run in runs
        ]
        figures |= _unchanged(f"gpt-4o against itself, {task}", checks, answers)
    return figures


def _unchanged(name: str, checks: list[Check], answers: list[AnswerCheck]) -> dict[str, Figure]:
    return {
        f"{name} | alarms: worse": rate_of(check.p_drop <= ALPHA for check in checks),
        f"{name} | alarms: better": rate_of(check.p_rise <= ALPHA for check in checks),
        f"{name} | alarms: changed": rate_of(check.p_changed <= ALPHA for check in answers),
        f"{name} | item noise": mean_of(check.vbar for check in checks),
    }
