"""Whether one side was measured at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals import numbers
from evals.call_state import CallState

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """How the planned samples of one side ended; ``minimum`` is the share that must be ok."""

    side: str
    states: Mapping[CallState, int]
    planned: int
    minimum: float

    def missing(self) -> str | None:
        """Say what is missing, in one sentence; None when enough is there.

        >>> states = {CallState.OK: 80, CallState.REFUSED: 15}
        >>> Coverage(side="B", states=states, planned=100, minimum=0.95).missing()
        'only 80 of 100 samples of B could be graded (15 refused, 5 never asked); 95.0 % are needed'
        """
        ok = self.states.get(CallState.OK, 0)
        if self.planned == 0:
            return f"{self.side} was not asked"
        if ok / self.planned >= self.minimum:
            return None
        parts = [f"{n} {state.value}" for state, n in self.states.items() if state != CallState.OK]
        unasked = self.planned - sum(self.states.values())
        if unasked > 0:
            parts.append(f"{unasked} never asked")
        return (
            f"only {ok} of {self.planned} samples of {self.side} could be graded "
            f"({', '.join(parts)}); {numbers.percent(self.minimum)} are needed"
        )
