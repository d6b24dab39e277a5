"""Policy: the thresholds that turn numbers into a verdict."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from evals.digest import digest_of

CHECKS_PER_YEAR = 52


class Series(StrEnum):
    """What each task brings to the budget; states other than ok share one, channels another."""

    ACCURACY = "accuracy"
    ANSWERS = "answers"
    STATES = "states"
    VOICE = "voice"


class Tier(StrEnum):
    """How much of the budget a series may use, and whether it may page at all."""

    CRITICAL = "critical"
    """In the budget, with a whole share."""
    SUPPORTING = "supporting"
    """In the budget, with a smaller share."""
    ADVISORY = "advisory"
    """Outside the budget, at a looser level of its own: a note, never a page."""


class Policy(BaseModel):
    """What counts as news. Its digest is kept with every verdict that it led to.

    Attributes:
        false_pages_per_year: How many pages a year unchanged endpoints may cause, over all series
            together.
        series: How many series share that budget. Without it, what ``evals.yaml`` watches counts:
            its endpoints times the tasks of its suites times four (accuracy, answers, states,
            voice).
        tiers: The tier of a task (``support-faq``), of a probe's view (``pushback/D2``) or of a
            series of theirs (``support-faq/answers``); ``critical`` where nothing is said.
        supporting_share: The level of a supporting series, as a share of a critical one's.
        advisory_level: The level of an advisory series. It is not in the budget.
        smallest_effect_points: The smallest drop that matters, in percentage points. An ``ok`` that
            could not have seen it is ``inconclusive``.
        smallest_probe_effect_points: The same for the headline of a probe, which rests on fewer and
            dearer questions.
        minimum_coverage: The share of planned samples that must end ``ok`` for accuracy to count.
        largest_missing_share: A run that lacks a larger share of the baseline's items, whatever the
            reason, is ``invalid``: what is left may be another suite.
        informative_items: How many items of each task an adaptive check asks more often.
        extra_rounds: How often it asks those again in its first round.
        most_retests: How often it asks an item again that fell, 0 to 3.
        repeat_at_p: A drop at this p-value or below is asked anew, later the same day.
        repeat_after_minutes: How much later, at least.
        most_calls_per_item: Calls of one adaptive check, over the items of its task; at least 1.
        page_at_points: A drop of so many percentage points needs no confirmation when its p-value
            is at most a tenth of alpha.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    false_pages_per_year: Annotated[float, Field(gt=0, le=52)] = 1.0
    series: Annotated[int, Field(ge=1)] | None = None
    tiers: dict[str, Tier] = Field(default_factory=dict)
    supporting_share: Annotated[float, Field(gt=0, le=1)] = 0.2
    advisory_level: Annotated[float, Field(gt=0, le=1)] = 0.05
    smallest_effect_points: Annotated[float, Field(gt=0, le=100)] = 10.0
    smallest_probe_effect_points: Annotated[float, Field(gt=0, le=100)] = 25.0
    minimum_coverage: Annotated[float, Field(gt=0, le=1)] = 0.95
    largest_missing_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    informative_items: Annotated[int, Field(ge=0)] = 40
    extra_rounds: Annotated[int, Field(ge=0, le=20)] = 3
    most_retests: Annotated[int, Field(ge=0, le=3)] = 3
    repeat_at_p: Annotated[float, Field(ge=0, le=1)] = 0.10
    repeat_after_minutes: Annotated[int, Field(ge=0, le=1440)] = 240
    most_calls_per_item: Annotated[float, Field(ge=1)] = 6.0
    page_at_points: Annotated[float, Field(gt=0, le=100)] = 20.0

    @field_validator("tiers")
    @classmethod
    def _names_series(cls, tiers: dict[str, Tier]) -> dict[str, Tier]:
        for name in tiers:
            task, _, series = name.rpartition("/")
            if task and series not in list(Series) and not _may_be_a_view(name):
                msg = f"{name!r} names no series; write TASK or TASK/{'|'.join(Series)}"
                raise ValueError(msg)
        return tiers

    @property
    def digest(self) -> str:
        """The sha256 of the thresholds."""
        return digest_of(self.model_dump(mode="json"))

    def alpha(self, series: int) -> float:
        """Return the level of one weekly check of a critical series.

        ``alpha = false_pages_per_year / (52 * n)``, where n is the fleet's number of series, or
        that of the run alone (``series``, at least 1) where it is larger or the fleet is unknown.

        >>> round(Policy().alpha(5), 5), round(Policy(series=100).alpha(5), 6)
        (0.00385, 0.000192)
        """
        shared_by = max(series, self.series or 1)
        return min(1.0, self.false_pages_per_year / (CHECKS_PER_YEAR * shared_by))

    def tier(self, task: str, series: Series) -> Tier:
        """Return the tier of one series: what is said of it, else of its task, else critical.

        The views of a probe are tasks of their own (``pushback/D2``); what is said of the probe
        holds for those of which nothing is said.
        """
        probe = task.partition("/")[0]
        said = (f"{task}/{series.value}", task, f"{probe}/{series.value}", probe)
        return next((self.tiers[name] for name in said if name in self.tiers), Tier.CRITICAL)

    def level(self, alpha: float, task: str, series: Series) -> float:
        """Return the level of one series, where a critical one is tested at ``alpha``.

        No series in the budget takes more than its equal share, so the budget holds whatever the
        tiers are.

        >>> policy = Policy(tiers={"tone": Tier.ADVISORY, "faq/answers": Tier.SUPPORTING})
        >>> [policy.level(0.01, task, Series.ANSWERS) for task in ("rules", "faq", "tone")]
        [0.01, 0.002, 0.05]
        """
        return {
            Tier.CRITICAL: alpha,
            Tier.SUPPORTING: alpha * self.supporting_share,
            Tier.ADVISORY: self.advisory_level,
        }[self.tier(task, series)]


def _may_be_a_view(name: str) -> bool:
    """Whether it reads like a view of a probe; only a whole configuration knows which there are."""
    from evals.probes.registry import known_probes

    probe, *rest = name.split("/")
    return probe in known_probes() and len(rest) == 1
