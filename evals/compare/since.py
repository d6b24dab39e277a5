"""What is known of a series since the blessing: facts that the memory found."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from evals.call_state import CallState
    from evals.policy import Series


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A run on the time axis: its id, and when it was planned."""

    run_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """One side of a series: whether it has been different since some run.

    Attributes:
        p_week: Sized so that "alarm at p_week <= a" has a chance of about a per unchanged run; nan
            when this run answered no shared item.
        window: How many of the latest runs differ most; None while nothing stands out.
        onset: The run at which that began.
    """

    p_week: float
    window: int | None = None
    onset: Moment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesMemory:
    """The state of one series after a run.

    Attributes:
        series: What is remembered.
        state: The call state whose share is remembered; None for accuracy and answers.
        runs: Measured runs since the blessing, this one included.
        fell: Accuracy or agreement has been lower, or the state rarer.
        rose: The other way.
        shift: This run's share less the baseline's, a fraction, over the items that both answered;
            of an item that joined later, less that of the runs before. nan without any. Of a run
            that was repeated, the share of the fresh answers.
    """

    series: Series
    state: CallState | None = None
    runs: int
    fell: Since
    rose: Since
    shift: float = nan

    @property
    def name(self) -> str:
        """The series, and the state where it is one."""
        return self.series.value if self.state is None else f"{self.series.value}:{self.state}"
