"""The shape of a swap: both sides, what was measured between them, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evals.stats.noninferiority import SwapVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from evals.call_state import CallState
    from evals.compare import Estimate, Excluded

EXIT_CODES: Final = {
    SwapVerdict.SAFE: 0,
    SwapVerdict.NOT_SAFE: 1,
    SwapVerdict.CANNOT_TELL: 3,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SwapSide:
    """One endpoint, and what its answers took.

    Attributes:
        samples: Samples of the compared tasks, whatever became of them.
        cost_usd: Of those samples; None when any price is unknown.
        median_latency_seconds: Of samples that ended ok; None without any.
    """

    endpoint: str
    run_id: str
    asked_at: datetime
    samples: int
    cost_usd: float | None
    median_latency_seconds: float | None
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SwapRow:
    """B against A on the items of one task, or of one tag of it; differences are fractions.

    Attributes:
        name: The task or the tag.
        reason: Why the verdict is what it is, in one sentence.
        a: Accuracy of A on the items that both answered.
        b: Accuracy of B on them.
        difference: Mean over items of rate B minus rate A; nan where nothing is shared.
        low: Lower one-sided 95 % bound of it.
        high: Upper one-sided 95 % bound of it.
        provable_margin: The smallest margin that these answers prove; nan where nothing is shared.
        items: Items, or clusters, that both answered.
        share_differing: Share of them whose rates differ.
        items_needed: About how many would settle it; None where that is settled, or no number does.
    """

    name: str
    verdict: SwapVerdict
    reason: str
    a: Estimate
    b: Estimate
    difference: float
    low: float
    high: float
    provable_margin: float
    items: int
    share_differing: float
    items_needed: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SwapTask:
    """One task: all its items together, then tag by tag (which decide nothing by themselves)."""

    overall: SwapRow
    tags: tuple[SwapRow, ...]
    a_states: Mapping[CallState, int]
    b_states: Mapping[CallState, int]
    excluded: tuple[Excluded, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SwapReport:
    """Whether B may take the place of A: the worst news of any task.

    ``margin`` is the loss that would be acceptable, a fraction.
    """

    a: SwapSide
    b: SwapSide
    margin: float
    verdict: SwapVerdict
    reasons: tuple[str, ...]
    tasks: tuple[SwapTask, ...]

    @property
    def exit_code(self) -> int:
        """The exit code of ``evals compare``: 0 safe, 1 not safe, 3 cannot tell."""
        return EXIT_CODES[self.verdict]
