"""Over weeks: has the endpoint been different since some run, seen against all runs before it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan, nan
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.stats.adaptive import join_rounds
from evals.stats.flips import flip_p, score_items
from evals.stats.permutation import permutation_tails
from evals.stats.prediction import predict_run
from evals.stats.reference import Reference, Support, fit_reference, support_of
from evals.stats.totals import SumTest, compare_totals
from evals.stats.variance import SHOCK_PRIOR, RunShock

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.stats.arrays import Floats, Ints
    from evals.stats.outcomes import Counts
    from evals.stats.prediction import Prediction
    from evals.stats.prior import Side

WINDOWS: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
_MOST_PENALTY: Final = 3.5
_PENALTY_STEP: Final = 0.5
_WORTH_A_LOOK: Final = 1.0  # below one standard deviation p exceeds 1/7, and p_week would be 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one side of the scan says after a run.

    Attributes:
        p_week: Sized so that "alarm at p_week <= a" has a chance of about a per unchanged run; nan
            when the run answered no shared item.
        window: The number of latest runs that differ most, None while nothing stands out.
    """

    p_week: float
    window: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """State of the change-point scan: a fold over runs, replayable from them.

    Attributes:
        history: Baseline passes and every measured run since, oldest first.
        baseline_passes: How many rows of the history are the blessed baseline.
        references: Fits of the first ``baseline_passes`` rows, one more, and so on; only those that
            a window can still need.
        shock: Prior of the run shock.
        drop: The finding downward after the latest run.
        rise: The finding upward.
    """

    history: Counts
    baseline_passes: int
    references: tuple[Reference, ...]
    shock: RunShock
    drop: Finding
    rise: Finding

    @property
    def runs(self) -> int:
        """How many runs followed the baseline."""
        return int(self.history.draws.shape[0]) - self.baseline_passes

    def onset(self, finding: Finding) -> int | None:
        """Return the index (0 for the first run after the baseline) at which the change began."""
        return None if finding.window is None else self.runs - finding.window


def start(baseline: Counts, *, shock: RunShock = SHOCK_PRIOR) -> Scan:
    """Begin a scan at a blessed baseline; only a new blessing begins another."""
    nothing = Finding(p_week=nan, window=None)
    return Scan(
        history=baseline,
        baseline_passes=int(baseline.draws.shape[0]),
        references=(fit_reference(baseline, shock=shock),),
        shock=shock,
        drop=nothing,
        rise=nothing,
    )


def step(state: Scan, run: Counts) -> Scan:
    """Add one run and look at the latest 1, 2, 3, 4, 6, 8, 12, 16, 24 and 32 runs.

    Each window is pooled and tested against *all* runs before it, baseline included; p_week is the
    smallest one-sided p of sum and flip tests over all windows, times min(7, 1 + windows). A
    growing reference keeps false alarms at 18 % of series a year where a fixed one has 35 %; it
    also means that a drift slower than 32 runs is learned rather than found. Windows closer than
    one standard deviation to what was expected count as p = 1. A run without a shared answer leaves
    the history as it is, and says nan.

    >>> from evals.stats.outcomes import Counts
    >>> ones = np.ones((16, 60), dtype=np.int64)
    >>> state = start(Counts(successes=ones, draws=ones))
    >>> broken = Counts(successes=np.repeat([[0, 1]], [3, 57], axis=1), draws=ones[:1])
    >>> for run in (Counts(successes=ones[:1], draws=ones[:1]), broken, broken):
    ...     state = step(state, run)
    >>> state.drop.p_week < 1e-4, state.onset(state.drop)
    (True, 1)
    """
    rows = state.history.draws.shape[0]
    drop, rise = look(
        state.history,
        run,
        baseline_passes=state.baseline_passes,
        fitted=lambda end: state.references[end - rows - 1],
    )
    if isnan(drop.p_week):
        return replace(state, drop=drop, rise=rise)
    history = join_rounds(state.history, run.pooled())
    newest = fit_reference(history, shock=state.shock)
    return replace(
        state,
        history=history,
        references=(*state.references, newest)[-max(WINDOWS) :],
        drop=drop,
        rise=rise,
    )


def look(
    history: Counts,
    run: Counts,
    *,
    baseline_passes: int,
    fitted: Callable[[int], Reference],
) -> tuple[Finding, Finding]:
    """Return what `step` finds, down and up, when ``run`` follows ``history``.

    For one look at a long history, without its fold: at most ten fits are asked of ``fitted``, that
    of the first rows of the history for each window.

    >>> from evals.stats.outcomes import Counts
    >>> ones = np.ones((16, 60), dtype=np.int64)
    >>> past = Counts(successes=ones, draws=ones)
    >>> same = Counts(successes=ones[:1], draws=ones[:1])
    >>> look(past, same, baseline_passes=16, fitted=lambda end: fit_reference(past))
    (Finding(p_week=1.0, window=None), Finding(p_week=1.0, window=None))
    """
    if not (run.pooled().seen & history.seen).any():
        nothing = Finding(p_week=nan, window=None)
        return nothing, nothing
    known = history.draws.shape[0]
    after = join_rounds(history, run.pooled())
    usable = [window for window in WINDOWS if window <= known - baseline_passes + 1]
    penalty = 2 * min(1 + _PENALTY_STEP * (len(usable) - 1), _MOST_PENALTY)
    p_values = np.array([_p_values(fitted(known + 1 - window), after, window) for window in usable])
    findings = []
    for side in (0, 1):
        best = int(p_values[:, side].argmin())
        p_week = min(1.0, penalty * float(p_values[best, side]))
        findings.append(Finding(p_week=p_week, window=usable[best] if p_week < 1 else None))
    return findings[0], findings[1]


def _p_values(reference: Reference, history: Counts, window: int) -> tuple[float, float]:
    """Return the smaller p of sum and flip test of the latest ``window`` runs, down and up."""
    successes = history.successes[-window:].sum(axis=0)
    draws = history.draws[-window:].sum(axis=0)
    shared = np.flatnonzero(reference.counts.seen & (draws > 0))
    if shared.size == 0:
        return 1.0, 1.0
    seen = successes[shared]
    prediction = predict_run(
        reference.model.of_items(shared),
        draws[shared],
        runs=window,
        shock=reference.shock,
        sizes=reference.counts.sizes[shared],
    )
    total = _total_p(prediction, seen)
    drop = min(total.p_drop, _flip_p(prediction, seen, "drop"))
    rise = min(total.p_rise, _flip_p(prediction, seen, "rise"))
    if support_of(reference.passes, shared.size) is Support.FULL or min(drop, rise) == 1:
        return drop, rise
    floor = permutation_tails(reference.counts, successes, draws)
    return max(drop, floor.lower), max(rise, floor.upper)


def _total_p(prediction: Prediction, successes: Ints) -> SumTest:
    observed = int(prediction.steps[np.arange(successes.size), successes].sum())
    if abs(_distance(prediction.pmfs, prediction.steps, observed)) < _WORTH_A_LOOK:
        return SumTest(p_drop=1.0, p_rise=1.0)
    return compare_totals(prediction, successes)


def _flip_p(prediction: Prediction, successes: Ints, side: Side) -> float:
    scores = score_items(prediction, side=side)
    observed = scores.observed(successes)
    if _distance(prediction.pmfs, scores.steps, observed) < _WORTH_A_LOOK:
        return 1.0
    return flip_p(prediction, scores, successes)


def _distance(predicted: Floats, values: Ints, observed: int) -> float:
    """Return how many standard deviations ``observed`` lies above its mean."""
    mean = (predicted * values).sum(axis=1)
    variance = float(((predicted * values**2).sum(axis=1) - mean**2).sum())
    return float((observed - mean.sum()) / max(variance, 1e-12) ** 0.5)
