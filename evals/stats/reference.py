"""What an unchanged endpoint would do: the item model and the run shock of a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from evals.stats.item_model import ItemModel, fit_item_model
from evals.stats.variance import SHOCK_PRIOR, RunShock, estimate_rho, estimate_run_shock

if TYPE_CHECKING:
    from evals.stats.outcomes import Counts

ENOUGH_PASSES: Final = 8
ENOUGH_ITEMS: Final = 10


class Support(StrEnum):
    """How much a baseline can support; p-values are valid throughout."""

    FULL = "full"
    """At least 8 passes and 10 shared items."""
    FEW_PASSES = "few_passes"
    """2 to 7 passes: valid, with a larger smallest detectable change."""
    NO_POWER = "no_power"
    """One pass, or fewer than 10 shared items: nothing short of a collapse can be seen."""
    NOTHING_SHARED = "nothing_shared"
    """No item was answered on both sides: every figure is nan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A fitted baseline, against which any number of runs can be checked."""

    counts: Counts
    model: ItemModel
    shock: RunShock

    @property
    def passes(self) -> int:
        """How many passes of the baseline hold an answer."""
        return self.counts.passes


def fit_reference(counts: Counts, *, shock: RunShock = SHOCK_PRIOR) -> Reference:
    """Fit item model, within-run correlation and run shock to a baseline's passes.

    ``shock`` is the prior of the run shock; a fleet passes ``pool_run_shocks`` of its own unchanged
    runs. Never fit on items that were chosen by looking at the same baseline (22 % false alarms).
    """
    model = fit_item_model(counts, estimate_rho(counts))
    return Reference(
        counts=counts, model=model, shock=estimate_run_shock(counts, model, prior=shock)
    )


def support_of(passes: int, items: int) -> Support:
    """Say how much ``passes`` of a baseline with ``items`` shared items can support.

    >>> support_of(4, 40)
    <Support.FEW_PASSES: 'few_passes'>
    """
    if items == 0:
        return Support.NOTHING_SHARED
    if passes < 2 or items < ENOUGH_ITEMS:
        return Support.NO_POWER
    return Support.FULL if passes >= ENOUGH_PASSES else Support.FEW_PASSES
