"""Two sides of one-token calls, compared by the chances that they give to the first token."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.stats.arrays import Floats

Call: TypeAlias = "Mapping[str, float]"
"""The natural logs of the chances of the likeliest first tokens, by token; never empty."""

ROUNDS: Final = 9_999
_CELLS: Final = 1 << 20
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class LogprobCheck:
    """How far two sides are apart, and how far they would be by chance.

    Attributes:
        p: Share of relabellings that are at least as far apart, the true one included: never below
            1 / (rounds + 1). nan where nothing can be compared.
        distance: Mean over prompts of the mean over tokens of the absolute difference between the
            sides' mean logprobs, in nats.
        expected: Mean of the same over the relabellings: what noise alone makes of it.
        prompts: How many were asked on both sides.
        calls_before: Calls that were compared, of one side.
        calls_now: Those of the other.
    """

    p: float
    distance: float
    expected: float
    prompts: int
    calls_before: int
    calls_now: int


def check_logprobs(
    before: Mapping[str, Sequence[Call]],
    now: Mapping[str, Sequence[Call]],
    *,
    rng: np.random.Generator,
    rounds: int = ROUNDS,
) -> LogprobCheck:
    """Test whether both sides draw their logprobs from one distribution; both are by prompt.

    For each prompt, rows are calls and columns all tokens that any of its calls named; a token that
    a call did not name has that call's smallest logprob (it is censored there: at most so likely).
    With m and m' the sides' column means, T = mean over prompts of mean |m - m'|. The calls of each
    prompt change sides at random, the sizes kept, ``rounds`` times;
    p = (1 + #{T* >= T}) / (1 + rounds).

    Exact at any level for calls that are exchangeable within their prompt, whatever the logprobs
    look like. Calls of one run that share something (a machine, a batch) are not: then the p-value
    is too small, and calls are to be spread in time on both sides. It sees any change of the
    chances and says nothing about which side is better.

    Source: two-sample test on mean logprobs, arXiv 2512.03816; there, ten calls a side of one
    prompt see a single step of fine-tuning.

    >>> before = {"x": [{"a": -0.5 + i / 500, "b": -1.5 - i / 300} for i in range(10)]}
    >>> now = {"x": [{"a": -0.6 + i / 500, "b": -1.3 - i / 300} for i in range(10)]}
    >>> check = check_logprobs(before, now, rng=np.random.default_rng(1), rounds=999)
    >>> check.p, round(check.distance, 2)
    (0.001, 0.15)
    """
    shared = [prompt for prompt in now if now[prompt] and before.get(prompt)]
    if not shared:
        return LogprobCheck(
            p=nan, distance=nan, expected=nan, prompts=0, calls_before=0, calls_now=0
        )
    apart = [_apart(before[prompt], now[prompt], rounds, rng) for prompt in shared]
    distance = sum(found for found, _ in apart) / len(shared)
    relabelled = sum((chance for _, chance in apart), np.zeros(rounds)) / len(shared)
    further = int((relabelled >= distance - _ROUNDING).sum())
    return LogprobCheck(
        p=(1 + further) / (1 + rounds),
        distance=distance,
        expected=float(relabelled.mean()) if rounds else nan,
        prompts=len(shared),
        calls_before=sum(len(before[prompt]) for prompt in shared),
        calls_now=sum(len(now[prompt]) for prompt in shared),
    )


def censored(calls: Sequence[Call]) -> Floats:
    """Return ``[calls, tokens]`` over every token named; one not named has its row's minimum.

    >>> censored([{"a": -0.5, "b": -2.0}, {"a": -0.4, "c": -3.0}]).tolist()
    [[-0.5, -2.0, -2.0], [-0.4, -3.0, -3.0]]
    """
    tokens = list(dict.fromkeys(token for call in calls for token in call))
    floors = [min(call.values()) for call in calls]
    return np.array(
        [
            [call.get(token, floor) for token in tokens]
            for call, floor in zip(calls, floors, strict=True)
        ]
    )


def _apart(
    before: Sequence[Call], now: Sequence[Call], rounds: int, rng: np.random.Generator
) -> tuple[float, Floats]:
    """Return how far both sides of a prompt are apart, and as far as chance would have it."""
    table = censored([*before, *now])
    true_labels = np.zeros((1, len(table)))
    true_labels[0, -len(now) :] = 1.0
    distance = float(_distances(table, true_labels)[0])
    return distance, _relabelled(table, len(now), rounds, rng)


def _relabelled(table: Floats, size: int, rounds: int, rng: np.random.Generator) -> Floats:
    """Return the distances of ``rounds`` random choices of ``size`` calls for one side."""
    calls = len(table)
    at_once = max(1, _CELLS // (calls * table.shape[1]))
    found = []
    for start in range(0, rounds, at_once):
        order = rng.random((min(at_once, rounds - start), calls)).argsort(axis=1)
        found.append(_distances(table, (order < size).astype(np.float64)))
    return np.concatenate(found) if found else np.zeros(0)


def _distances(table: Floats, labels: Floats) -> Floats:
    """Return the mean absolute difference of column means; ``labels`` are ``[rounds, calls]``."""
    size = labels.sum(axis=1, keepdims=True)
    chosen = labels @ table
    others = table.sum(axis=0) - chosen
    apart = np.abs(chosen / size - others / (len(table) - size))
    return np.asarray(apart.mean(axis=1))
