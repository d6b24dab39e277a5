"""A fleet of 100 unchanged series, watched for a year: how many false pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import stats

from evals.bench.detectors import EPOCHS
from evals.bench.endpoints import SUITES
from evals.bench.figures import Figure, mean_of
from evals.bench.quick import quick_check
from evals.bench.scenarios import Scenario
from evals.stats.beta_binomial import count_probabilities
from evals.stats.budget import benjamini_hochberg, level_per_check, pool_endpoint
from evals.stats.flips import score_distribution, score_items
from evals.stats.lattice import sum_of_scores, total_distribution
from evals.stats.outcomes import count_outcomes
from evals.stats.prediction import Prediction, predict_run
from evals.stats.reference import fit_reference

if TYPE_CHECKING:
    from evals.stats.arrays import Floats

SERIES: Final = 100
WEEKS: Final = 52
_SERIES_OF_AN_ENDPOINT: Final = 5
_MOST_BLOCKS: Final = 10
_LEAST_BASELINES: Final = 67  # of each suite: two weeks of 100 series
_REGROUPINGS: Final = 50

BY_SERIES: Final = "false pages a year of 100 unchanged series | each series at 1/5200"
BY_POOLING: Final = "false pages a year of 100 unchanged series | endpoints pooled, BH at 1/52"


def measure_fleet(seeds: int) -> dict[str, Figure]:
    """Measure the expected number of false pages of a year, quiet, typical and noisy suites alike.

    Single series: a page has a chance near 1 in 5200, too rare to count. Given a baseline and the
    true rates, the chance that the sum or the flip test crosses its critical value is computed
    exactly, and averaged over baselines (their sum bounds the chance of either): 5200 times that is
    the year. Pooling: one p-value is simulated for every baseline; each of up to ten blocks of them
    is dealt 50 times at random into a week of 20 endpoints with 5 series, pages are counted, and
    the interval is that of the blocks' mean.
    """
    drawn = [_draw(suite, seed) for suite in SUITES for seed in range(max(seeds, _LEAST_BASELINES))]
    checks_a_year = SERIES * WEEKS
    shuffled = np.random.default_rng(len(drawn)).permutation([p for _, p in drawn])
    return {
        BY_SERIES: mean_of(checks_a_year * chance for chance, _ in drawn),
        BY_POOLING: mean_of(
            WEEKS * _pages_a_week(block, index)
            for index, block in enumerate(
                np.array_split(shuffled, min(_MOST_BLOCKS, len(drawn) // SERIES))
            )
        ),
    }


def _draw(suite: str, seed: int) -> tuple[float, float]:
    """Return one baseline's exact chance of a false page, and one unchanged run's p_drop."""
    scenario = Scenario(group="fleet", words="", suite=suite)
    rng = scenario.rng(seed)
    endpoint = scenario.before(rng)
    reference = fit_reference(count_outcomes(scenario.baseline(endpoint, rng, EPOCHS)))
    run = count_outcomes(endpoint.answers(rng, 1, EPOCHS))
    alpha = level_per_check(false_pages_per_year=1, series=SERIES)
    prediction = predict_run(
        reference.model,
        run.draws[0],
        runs=1,
        shock=reference.shock,
        sizes=reference.counts.sizes,
    )
    truth = count_probabilities(endpoint.p, EPOCHS, 0.0)
    chance = _sum_crosses(prediction, truth, alpha) + _flip_crosses(prediction, truth, alpha)
    return chance, quick_check(reference, run).p_drop


def _sum_crosses(prediction: Prediction, truth: Floats, alpha: float) -> float:
    start, mass = total_distribution(prediction.pmfs, prediction.steps)
    shock = prediction.shock
    level = stats.norm.sf(stats.t.isf(alpha / 2, shock.df) * shock.ratio**0.5)
    critical = start + int(np.searchsorted(np.cumsum(mass), level, side="right")) - 1
    begin, real = total_distribution(truth, prediction.steps)
    return float(real[: max(critical - begin + 1, 0)].sum())


def _flip_crosses(prediction: Prediction, truth: Floats, alpha: float) -> float:
    scores = score_items(prediction, side="drop")
    mass = score_distribution(prediction, scores)
    upper = 1 - np.cumsum(mass) + mass
    critical = int(np.argmax(upper <= alpha / 2))
    real = sum_of_scores(truth, scores.steps, scores.length)
    return float(max(1 - real[:critical].sum(), 0.0))


def _pages_a_week(p_values: Floats, block: int) -> float:
    """Return the mean number of endpoints that stand out in a week."""
    rng = np.random.default_rng([block, p_values.size])
    weeks = [
        rng.permutation(p_values)[:SERIES].reshape(-1, _SERIES_OF_AN_ENDPOINT)
        for _ in range(_REGROUPINGS)
    ]
    return float(np.mean([_pages(week) for week in weeks]))


def _pages(week: Floats) -> int:
    pooled = [pool_endpoint(series.tolist()) for series in week]
    return sum(benjamini_hochberg(pooled, q=1 / WEEKS))
