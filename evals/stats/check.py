"""One check: is this run what the unchanged endpoint would have done?"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Final

import numpy as np

from evals.stats.distributions import t_quantile
from evals.stats.flips import FlipTest, noise_after, weigh_flips
from evals.stats.outcomes import Counts, count_outcomes, sum_clusters
from evals.stats.permutation import Permutation, permutation_tails
from evals.stats.prediction import Prediction, predict_run
from evals.stats.reference import Reference, Support, fit_reference, support_of
from evals.stats.sensitivity import smallest_drop_seen
from evals.stats.totals import compare_totals
from evals.stats.variance import SHOCK_PRIOR, RunShock

if TYPE_CHECKING:
    from evals.stats.arrays import Bools, Floats, Ints
    from evals.stats.item_model import ItemModel

_DISCORDANT: Final = 0.2
_CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one run says about one series. Rates and effects are fractions, not points.

    Attributes:
        effect: Run rate minus the rate that the baseline predicts for the same items.
        low: Lower end of the 95 % interval of the effect.
        high: Upper end of it.
        run_rate: The run's rate over the shared items, each with the weight it has in one pass,
            however often the run asked it.
        baseline_rate: The baseline's rate on the same items, with the same weights.
        p_drop: 2 min(p_sum_drop, p_flip_drop), at most 1.
        p_rise: The same upward.
        p_sum_drop: One-sided p-value of the total, run shock allowed for.
        p_flip_drop: One-sided p-value of the summed item evidence.
        p_sum_rise: Upward.
        p_flip_rise: Upward.
        log_e: Log of the e-value for a drop.
        log_e_rise: Log of the e-value for a rise.
        mde: Smallest drop, spread over all items, that this check sees with 80 % power at its
            alpha; inf when it cannot see any.
        items: Items answered on both sides.
        draws: Answers in the run on those items.
        passes: Baseline passes with an answer on those items.
        vbar: Mean item noise, mean of p (1 - p).
        rho: Within-run correlation of an item's epochs that was allowed for, 0 where the run asked
            every item once; 0.5 where the baseline cannot say.
        lam: Run-shock ratio lambda, at least 1.
        fell: Items whose outcome, or a lower one, had predictive probability <= 0.2.
        rose: Items whose outcome, or a higher one, had predictive probability <= 0.2.
        support: What this baseline can support.
    """

    effect: float
    low: float
    high: float
    run_rate: float
    baseline_rate: float
    p_drop: float
    p_rise: float
    p_sum_drop: float
    p_flip_drop: float
    p_sum_rise: float
    p_flip_rise: float
    log_e: float
    log_e_rise: float
    mde: float
    items: int
    draws: int
    passes: int
    vbar: float
    rho: float
    lam: float
    fell: tuple[int, ...]
    rose: tuple[int, ...]
    support: Support


def check_outcomes(
    baseline: Floats,
    run: Floats,
    *,
    alpha: float,
    clusters: Ints | None = None,
    shock: RunShock = SHOCK_PRIOR,
) -> Check:
    """Check one run against a baseline of unchanged passes.

    Args:
        baseline: ``[passes, items, epochs]`` of 1, 0 or nan (not measured).
        run: ``[items, epochs]``, the same items in the same order.
        alpha: The level at which p_drop or p_rise would alarm; it enters only the MDE.
        clusters: Cluster of each item, 0 to C - 1; the items of a cluster are summed first, and
            every index in the result is then a cluster.
        shock: Prior of the run shock.

    Items without an answer on either side take no part. With fewer than eight baseline passes, or
    fewer than ten shared items, the model cannot be trusted to know its own noise: each p-value is
    then the larger of the model's and of the exact permutation test's (``support`` says so). With
    nothing shared, every figure is nan. One stored run as the whole reference, used again and
    again, repeats that run's luck (36 % false alarms a year): baselines are made of passes.

    >>> baseline = np.ones((16, 150, 1))
    >>> run = np.ones((150, 1))
    >>> run[:5] = 0.0
    >>> check = check_outcomes(baseline, run, alpha=1 / 260)
    >>> check.p_drop < 1 / 260, check.fell
    (True, (0, 1, 2, 3, 4))
    """
    before, after = count_outcomes(baseline), count_outcomes(run)
    if before.items != after.items:
        raise ValueError(f"the baseline has {before.items} items, the run {after.items}")
    if clusters is not None:
        before, after = sum_clusters(before, clusters), sum_clusters(after, clusters)
    return check_counts(fit_reference(before, shock=shock), after, alpha=alpha)


def check_counts(
    reference: Reference, run: Counts, *, alpha: float, floor: Permutation | None = None
) -> Check:
    """Check the counts of one run, or of several pooled into a window, against a fitted reference.

    Passes of ``run`` with an answer are the window's runs; their counts are summed. See
    :func:`check_outcomes` for what is computed. ``floor`` replaces the permutation test that
    guards small baselines, when the caller knows a better one.
    """
    window = run.pooled()
    shared = np.flatnonzero(reference.counts.seen & window.seen)
    passes = int((reference.counts.draws[:, shared].sum(axis=1) > 0).sum())
    support = support_of(passes, shared.size)
    if support is Support.NOTHING_SHARED:
        return _nothing(reference)
    compared = _Compared(
        counts=reference.counts.of_items(shared),
        model=reference.model.of_items(shared),
        successes=window.successes[0, shared],
        draws=window.draws[0, shared],
        runs=run.passes,
        floor=_floor(reference.counts, window, shared, support, floor),
    )
    return _judge(compared, reference.shock, alpha=alpha, index=shared, support=support)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """Both sides, cut to the shared items."""

    counts: Counts
    model: ItemModel
    successes: Ints
    draws: Ints
    runs: int
    floor: Permutation | None


def _judge(
    seen: _Compared, shock: RunShock, *, alpha: float, index: Ints, support: Support
) -> Check:
    prediction = predict_run(
        seen.model, seen.draws, runs=seen.runs, shock=shock, sizes=seen.counts.sizes
    )
    totals = compare_totals(prediction, seen.successes)
    drop = weigh_flips(prediction, seen.successes, side="drop")
    rise = weigh_flips(prediction, seen.successes, side="rise")
    lower, upper = (seen.floor.lower, seen.floor.upper) if seen.floor else (0.0, 0.0)
    p_sum_drop, p_flip_drop = max(totals.p_drop, lower), max(drop.p, lower)
    p_sum_rise, p_flip_rise = max(totals.p_rise, upper), max(rise.p, upper)
    fell, rose = _discordant(prediction.pmfs, seen.successes)
    run_rate = prediction.rate(seen.successes / seen.draws)
    effect = run_rate - prediction.rate(seen.model.mean)
    margin = _margin(prediction, effect, drop, rise)
    return Check(
        effect=effect,
        low=effect - margin,
        high=effect + margin,
        run_rate=run_rate,
        baseline_rate=prediction.rate(seen.counts.rates()),
        p_drop=min(1.0, 2 * min(p_sum_drop, p_flip_drop)),
        p_rise=min(1.0, 2 * min(p_sum_rise, p_flip_rise)),
        p_sum_drop=p_sum_drop,
        p_flip_drop=p_flip_drop,
        p_sum_rise=p_sum_rise,
        p_flip_rise=p_flip_rise,
        log_e=drop.log_e,
        log_e_rise=rise.log_e,
        mde=smallest_drop_seen(prediction, alpha=alpha, floor=seen.floor),
        items=index.size,
        draws=int(seen.draws.sum()),
        passes=seen.counts.passes,
        vbar=float(seen.model.noise.mean()),
        rho=seen.model.rho if seen.draws.max() > 1 else 0.0,
        lam=shock.ratio,
        fell=tuple(index[fell].tolist()),
        rose=tuple(index[rose].tolist()),
        support=support,
    )


def _floor(
    baseline: Counts, window: Counts, shared: Ints, support: Support, better: Permutation | None
) -> Permutation | None:
    """Return what no p-value may fall below when the model cannot know its own noise."""
    if support is Support.FULL:
        return None
    floor = better or permutation_tails(baseline, window.successes[0], window.draws[0])
    return floor.of_items(shared)


def _discordant(predicted: Floats, successes: Ints) -> tuple[Bools, Bools]:
    rows = np.arange(successes.size)
    below = predicted.cumsum(axis=1)[rows, successes]
    above = 1 - below + predicted[rows, successes]
    return below <= _DISCORDANT, above <= _DISCORDANT


def _margin(prediction: Prediction, effect: float, drop: FlipTest, rise: FlipTest) -> float:
    """Return half the 95 % interval of the run's rate: item noise after the change, and before.

    An item that probably changed has the noise of a changed item, not that of its past; and a rate
    that moved by d may have given every item a noise of d (1 - d). The larger of the two is taken.
    """
    model, shock = prediction.model, prediction.shock
    flipped = np.clip(1 - drop.changed - rise.changed, 0.0, 1.0) * model.noise
    flipped += drop.changed * (model.posterior @ noise_after("drop"))
    flipped += rise.changed * (model.posterior @ noise_after("rise"))
    spread = model.noise + abs(effect) * (1 - abs(effect))
    shares = prediction.sizes / prediction.sizes.sum()
    weight = shares**2 * prediction.inflation / prediction.draws
    run_variance = float(max(flipped @ weight, spread @ weight))
    known_variance = float(shares**2 @ model.uncertainty)
    quantile = t_quantile((1 - _CONFIDENCE) / 2, shock.df)
    return quantile * float(np.sqrt((run_variance + known_variance) * shock.ratio))


def _nothing(reference: Reference) -> Check:
    return Check(
        effect=nan,
        low=nan,
        high=nan,
        run_rate=nan,
        baseline_rate=nan,
        p_drop=nan,
        p_rise=nan,
        p_sum_drop=nan,
        p_flip_drop=nan,
        p_sum_rise=nan,
        p_flip_rise=nan,
        log_e=nan,
        log_e_rise=nan,
        mde=nan,
        items=0,
        draws=0,
        passes=reference.passes,
        vbar=nan,
        rho=nan,
        lam=nan,
        fell=(),
        rose=(),
        support=Support.NOTHING_SHARED,
    )
