"""What an adaptive check was planned under: kept with its run, so that it goes on as it began."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from evals.policy import Policy, Tier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.policy import Series
    from evals.records import RunRecord

OPTION = "adaptive"
"""The run's option that holds the terms; a run without it keeps a plain plan."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Baseline, level and limits of one adaptive check; the limits are those of `Policy`.

    Whatever is blessed or configured later, rounds are asked and confirmations decided by these.
    """

    baseline: str
    alpha: float
    minimum_coverage: float
    informative_items: int
    extra_rounds: int
    most_retests: int
    repeat_at_p: float
    repeat_after_minutes: int
    most_calls_per_item: float
    page_at_points: float
    tiers: Mapping[str, str] = field(default_factory=dict)
    supporting_share: float = 1.0

    def document(self) -> dict[str, Any]:
        """Return the terms as JSON values."""
        return asdict(self)

    def level(self, task: str, series: Series) -> float:
        """Return the level of one series; 0, which nothing reaches, for one that never pages."""
        policy = Policy.model_validate(
            {"tiers": self.tiers, "supporting_share": self.supporting_share}
        )
        advisory = policy.tier(task, series) is Tier.ADVISORY
        return 0.0 if advisory else policy.level(self.alpha, task, series)


def terms_under(policy: Policy, *, baseline: str, alpha: float) -> Terms:
    """Return the terms of a check that begins now."""
    return Terms(
        baseline=baseline,
        alpha=alpha,
        minimum_coverage=policy.minimum_coverage,
        informative_items=policy.informative_items,
        extra_rounds=policy.extra_rounds,
        most_retests=policy.most_retests,
        repeat_at_p=policy.repeat_at_p,
        repeat_after_minutes=policy.repeat_after_minutes,
        most_calls_per_item=policy.most_calls_per_item,
        page_at_points=policy.page_at_points,
        tiers={name: tier.value for name, tier in policy.tiers.items()},
        supporting_share=policy.supporting_share,
    )


def terms_of(run: RunRecord) -> Terms | None:
    """Return the terms that a run was planned under; None for a plain plan."""
    stored: Mapping[str, Any] | None = run.options.get(OPTION)
    return None if stored is None else Terms(**stored)
