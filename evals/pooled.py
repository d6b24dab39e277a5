"""Many endpoints together: which of them fell, though no check of theirs alone could say so."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Final

from evals.compare.series import GUARD
from evals.judgement import ADVISORY
from evals.movement import is_advisory
from evals.numbers import p_value
from evals.policy import CHECKS_PER_YEAR
from evals.stats.budget import benjamini_hochberg, pool_endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.compare import Comparison
    from evals.policy import Policy

Q: Final = 1 / CHECKS_PER_YEAR
"""The false discovery rate of a weekly batch: one false line a year at most where nothing moves."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingOut:
    """An endpoint whose checks together fell; ``p`` pools ``series`` p-values of ``batch`` ones."""

    endpoint: str
    p: float
    series: int
    batch: int

    @property
    def words(self) -> str:
        """What is told, and pages nobody.

        >>> StandingOut(endpoint="prod", p=0.0001, series=6, batch=40).words
        'advisory, outside the budget of false pages: the 6 series of prod together fell, \
p < 0.001; it stands out among 40 endpoints'
        """
        return (
            f"{ADVISORY}: the {self.series} series of {self.endpoint} together fell, "
            f"{p_value(self.p)}; it stands out among {self.batch} endpoints"
        )


def p_values_to_pool(comparison: Comparison, policy: Policy) -> tuple[float, ...]:
    """Return one p-value for each task of a run: of a drop of its total.

    Of a probe its headline alone; nothing of the judge's guard, of what never pages, and of what
    falls and rises alike.
    """
    return tuple(
        task.check.p_sum_drop
        for task in comparison.tasks
        if task.check is not None
        and not (task.part or task.neutral or isnan(task.check.p_sum_drop))
        and not task.task.startswith(f"{GUARD}/")
        and not is_advisory(task.task, policy)
    )


def standing_out(p_values: Mapping[str, Sequence[float]]) -> tuple[StandingOut, ...]:
    """Return the endpoints that stand out of one batch, given the newest p-values of each.

    Benjamini-Hochberg at q = 1/52 over `pool_endpoint` of each endpoint. One endpoint alone, or one
    series alone, is what its own check is for.

    >>> quiet = {f"e{n}": [0.3, 0.6, 0.9] for n in range(9)}
    >>> [one.endpoint for one in standing_out({**quiet, "prod": [0.001, 0.002, 0.004]})]
    ['prod']
    """
    pooled = {name: pool_endpoint(found) for name, found in p_values.items() if len(found) > 1}
    if len(pooled) < 2:
        return ()
    news = benjamini_hochberg(list(pooled.values()), q=Q)
    return tuple(
        StandingOut(endpoint=name, p=p, series=len(p_values[name]), batch=len(pooled))
        for (name, p), is_news in zip(pooled.items(), news, strict=True)
        if is_news
    )
