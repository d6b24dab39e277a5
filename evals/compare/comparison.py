"""The shape of a comparison: what was measured, on both sides, and the checks between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from evals.call_state import CallState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.compare.since import SeriesMemory
    from evals.compare.standing import Sampling
    from evals.golden_set import Severity
    from evals.stats.answer_check import AnswerCheck
    from evals.stats.check import Check


ENOUGH_ITEMS: Final = 20
"""A figure over fewer items is insufficient: shown with its interval, and never called ok."""

ANSWERED_STATES: Final = sum(state.answered for state in CallState) - 1
"""The states that are answers, but not ok: they share the level of one series."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A share with its 95 % Wilson interval.

    Attributes:
        rate: Mean over items of each item's own share; None when ``n`` is 0.
        low: Lower end of the interval of ``n`` independent answers.
        high: Upper end of it.
        n: Items with an answer that could be graded, however often each was asked.
    """

    rate: float | None
    low: float
    high: float
    n: int

    @property
    def insufficient(self) -> bool:
        """Whether the figure stands on fewer than 20 items."""
        return self.n < ENOUGH_ITEMS


@dataclass(frozen=True, kw_only=True, slots=True)
class Flip:
    """An item whose outcome or answer differs from the baseline's.

    Attributes:
        prompt: The last user turn, whole; renderers cut it.
        targets: The accepted answers.
        before: The usual parsed answer in the baseline.
        after: The parsed answer in this run; the raw text where nothing could be parsed, and the
            name of the state (``refused``) where it mostly ended otherwise than ok.
        before_pass_rate: Share of graded baseline attempts that were right.
        after_pass_rate: Share of this run's graded attempts that were right; None without any.
        surprise: Predictive probability of what happened, small is surprising: of that state, or of
            right or wrong. Another answer that is as right as the usual one is no surprise.
    """

    item_id: str
    prompt: str
    targets: tuple[str, ...]
    before: str
    after: str
    before_pass_rate: float
    after_pass_rate: float | None
    surprise: float
    severity: Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class StateRate:
    """The share of one state other than ok, beside its baseline.

    Attributes:
        state: The state.
        count: Samples in that state: of the shared items, or of the whole task without a baseline.
        n: Samples of the same items that could have been in it: a state that is an answer leaves
            out those that were never answered.
        rate: The run's share, each item with the weight it has in one pass.
        baseline_rate: The baseline's share on the same items; None without one.
        p: Two-sided and times the four answered states that share a level, at most 1; None
            untested. It is compared with the level of the series as it stands.
    """

    state: CallState
    count: int
    n: int
    rate: float
    baseline_rate: float | None
    p: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelChange:
    """One channel of the voice beside its baseline.

    Attributes:
        channel: Length, code fence, markup or language.
        before: How the baseline sounds, in words.
        after: How the run sounds.
        check: Whether replies sound otherwise than they usually do.
        p: Times the channels that share a level, at most 1: to be compared with that of the series.
    """

    channel: str
    before: str
    after: str
    check: AnswerCheck
    p: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Excluded:
    """Items that are not part of the shared basis, and why."""

    reason: str
    item_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskComparison:
    """One task: this run, its baseline, and the checks between them.

    Attributes:
        planned: Samples that this run set out to take.
        states: Samples by final state.
        score: Accuracy over samples that are ok.
        bounds: correct/N and (correct + not ok)/N: what accuracy could be, whatever was missing.
        baseline_score: Accuracy of the baseline on the shared items; None without one.
        check: Accuracy against the baseline; None without a baseline or without shared items.
        answers: Any change of answers at all; None as ``check``.
        rates: States other than ok, each a series of its own.
        voice: How the replies sound; empty without a baseline, and for a probe.
        flips: Items that changed, the most surprising first.
        excluded: Items outside the shared basis.
        lacking: Share of the baseline's items that are not in the shared basis.
        memory: Each series together with the runs since the blessing; empty without a baseline.
        sampling: What an adaptive check asked, and where it stands; None for a fixed plan. Retests
            are told there and enter nothing else.
        judged: A model graded at least one of its replies.
        of_probe: A series of a probe, not a golden set.
        part: One of them other than the headline, of which nothing is asked but a change.
        neutral: A fall and a rise are both news, and neither is better.
        answered: Of a probe's series: the share of the probe's planned calls that were answered.
    """

    task: str
    planned: int
    states: Mapping[CallState, int]
    score: Estimate
    bounds: tuple[float, float]
    baseline_score: Estimate | None = None
    check: Check | None = None
    answers: AnswerCheck | None = None
    rates: tuple[StateRate, ...] = ()
    voice: tuple[ChannelChange, ...] = ()
    flips: tuple[Flip, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    lacking: float = 0.0
    memory: tuple[SeriesMemory, ...] = ()
    sampling: Sampling | None = None
    judged: bool = False
    of_probe: bool = False
    part: bool = False
    neutral: bool = False
    answered: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class FingerprintChange:
    """Something that the endpoint reports of itself and that differs from the baseline.

    ``breaks_pin`` is true where the difference alone proves that another model answers.
    """

    what: str
    before: str
    after: str
    breaks_pin: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A run beside its baseline.

    ``passes`` counts the baseline's runs; ``baseline`` is its name, None without one.
    ``basis_changes`` are whole sentences on what we, not the endpoint, changed since the blessing.
    """

    baseline: str | None
    passes: int
    alpha: float
    tasks: tuple[TaskComparison, ...]
    fingerprint_changes: tuple[FingerprintChange, ...] = ()
    notes: tuple[str, ...] = field(default=())
    basis_changes: tuple[str, ...] = ()
