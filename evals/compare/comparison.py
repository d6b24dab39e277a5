"""The shape of a comparison: what was measured, on both sides, and the checks between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.call_state import CallState
    from evals.compare.memory import SeriesMemory
    from evals.compare.sampling import Sampling
    from evals.golden_set import Severity
    from evals.stats.answer_check import AnswerCheck
    from evals.stats.check import Check


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A share with its 95 % Wilson interval and its denominator; the rate is None when n is 0."""

    rate: float | None
    low: float
    high: float
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Flip:
    """An item whose outcome or answer differs from the baseline's.

    Attributes:
        prompt: The last user turn, whole; renderers cut it.
        targets: The accepted answers.
        before: The usual parsed answer in the baseline.
        after: The parsed answer in this run; the raw text where nothing could be parsed.
        before_pass_rate: Share of baseline attempts that were right.
        after_pass_rate: Share of this run's attempts that were right.
        surprise: Predictive probability of an outcome this far out; small is surprising.
    """

    item_id: str
    prompt: str
    targets: tuple[str, ...]
    before: str
    after: str
    before_pass_rate: float
    after_pass_rate: float
    surprise: float
    severity: Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class StateRate:
    """The share of one state other than ok, beside its baseline; p is two-sided, None untested."""

    state: CallState
    count: int
    rate: float
    baseline_rate: float | None
    p: float | None


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
        flips: Items that changed, the most surprising first.
        excluded: Items outside the shared basis.
        lacking: Share of the baseline's items that are not in the shared basis.
        memory: Each series together with the runs since the blessing; empty without a baseline.
        sampling: What an adaptive check asked, and where it stands; None for a fixed plan. Retests
            are told there and enter nothing else.
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
    flips: tuple[Flip, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    lacking: float = 0.0
    memory: tuple[SeriesMemory, ...] = ()
    sampling: Sampling | None = None


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
