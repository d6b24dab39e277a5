"""Each run alone against the baseline, and the weeks together: a judgement with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Final

from evals import numbers
from evals.compare.levels import level_of_each_look
from evals.policy import Policy
from evals.stats import scan
from evals.stats.check import check_counts
from evals.stats.outcomes import count_outcomes
from evals.stats.reference import Support
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from evals.matrices.parsing import OutcomeMatrices
    from evals.stats.check import Check

SMALLEST_EFFECT: Final = Policy().smallest_effect_points / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RunJudgement:
    """What one run says. Rates are fractions; figures that cannot be told are nan.

    Attributes:
        check: This run alone against the baseline.
        p_week: Whether it has been worse since some run, seen against all runs before that one.
        p_week_rise: The same upward; it stands behind ``improved`` only.
        level: At which each of its two looks counts, the run alone and the weeks together: alpha
            for the first run, half of it once there is something to remember.
        since: The run, counted from 0, at which such a drop seems to have begun; None without one.
        verdict: See `judge_matrices`.
        reason: Why, in one sentence.
    """

    check: Check
    p_week: float
    p_week_rise: float
    level: float
    since: int | None
    verdict: VerdictKind
    reason: str


def judge_matrices(
    matrices: OutcomeMatrices, *, smallest_effect: float = SMALLEST_EFFECT
) -> tuple[RunJudgement, ...]:
    """Judge each run, in order, with the memory of those before it.

    Both looks share alpha, see `evals.compare.levels`. ``regressed`` when p_drop reaches the level,
    or when p_week does and this run too lies below the baseline: a week that is well again is not
    blamed for the weeks before it. ``improved`` is the
    same upward; a drop comes before a rise when some items broke and others were mended.
    ``invalid`` when nothing is shared with the baseline; ``inconclusive`` when a drop of
    ``smallest_effect`` could not have been seen; else ``ok``. ``changed`` is about answers, which
    outcomes do not show.

    >>> import numpy as np
    >>> from evals.matrices.parsing import OutcomeMatrices
    >>> runs = np.ones((2, 150, 1))
    >>> runs[1, :6] = 0.0
    >>> matrices = OutcomeMatrices(baseline=np.ones((16, 150, 1)), runs=runs, alpha=1 / 260)
    >>> [judged.verdict.value for judged in judge_matrices(matrices)]
    ['ok', 'regressed']
    """
    state = scan.start(count_outcomes(matrices.baseline))
    reference = state.references[0]
    judged = []
    for outcomes in matrices.runs:
        run = count_outcomes(outcomes)
        state = scan.step(state, run)
        level = level_of_each_look(matrices.alpha, state.runs)
        check = check_counts(reference, run, alpha=level)
        judged.append(_judge(check, state, level, smallest_effect))
    return tuple(judged)


def _judge(check: Check, state: scan.Scan, level: float, smallest_effect: float) -> RunJudgement:
    since = state.onset(state.drop)
    verdict, reason = (
        _not_measured(check)
        or _alone(check, level)
        or _over_weeks(check, state, level)
        or _unmoved(check, smallest_effect)
    )
    # What only later runs share says nothing about a run that the baseline cannot judge.
    judged = check.items > 0
    return RunJudgement(
        check=check,
        p_week=state.drop.p_week if judged else nan,
        p_week_rise=state.rise.p_week if judged else nan,
        level=level,
        since=since,
        verdict=verdict,
        reason=reason,
    )


_Judged = tuple[VerdictKind, str]


def _not_measured(check: Check) -> _Judged | None:
    if check.support is not Support.NOTHING_SHARED:
        return None
    return VerdictKind.INVALID, "no item was answered both here and in the baseline"


def _alone(check: Check, level: float) -> _Judged | None:
    for kind, verb, p in (
        (VerdictKind.REGRESSED, "fell", check.p_drop),
        (VerdictKind.IMPROVED, "rose", check.p_rise),
    ):
        if p <= level:
            return kind, f"accuracy {verb} {_moved(check)}, {numbers.p_value(p, alpha=level)}"
    return None


def _over_weeks(check: Check, state: scan.Scan, level: float) -> _Judged | None:
    for kind, word, finding, same_side in (
        (VerdictKind.REGRESSED, "lower", state.drop, check.effect < 0),
        (VerdictKind.IMPROVED, "higher", state.rise, check.effect > 0),
    ):
        if finding.p_week <= level and same_side:
            return kind, (
                f"accuracy has been {word} since run {state.onset(finding)}, "
                f"{numbers.p_value(finding.p_week, alpha=level)} over the weeks"
            )
    return None


def _unmoved(check: Check, smallest_effect: float) -> _Judged:
    if check.support is Support.NO_POWER:
        return VerdictKind.INCONCLUSIVE, (
            "nothing short of a collapse could be seen with "
            f"{numbers.plural(check.passes, 'pass', 'passes')} of baseline and "
            f"{numbers.plural(check.items, 'item')}"
        )
    if not check.mde <= smallest_effect:
        return VerdictKind.INCONCLUSIVE, (
            f"a drop of {numbers.size(smallest_effect)} matters, but this run could have seen "
            f"{numbers.smallest_seen(check.mde)}"
        )
    return VerdictKind.OK, (
        f"no change beyond noise; a drop of {numbers.size(check.mde)} would have been seen "
        "4 times in 5"
    )


def _moved(check: Check) -> str:
    return (
        f"from {numbers.percent(check.baseline_rate)} to {numbers.percent(check.run_rate)}: "
        f"{numbers.points(check.effect)} (95 % interval "
        f"{numbers.points_range(check.low, check.high)})"
    )
