"""Whether enough of what was to be asked came back: decided here, and nowhere else. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.call_state import CallState

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """How the planned samples of one task ended.

    Attributes:
        states: Samples by final state.
        planned: Samples that were to be taken. Where more were taken, those have to be sound too.
        minimum: The share that is needed, 0 to 1.

    >>> found = {CallState.OK: 90, CallState.REFUSED: 5}
    >>> coverage = Coverage(states=found, planned=100, minimum=0.95)
    >>> coverage.is_graded, coverage.is_answered, coverage.rest
    (False, True, '5 refused, 5 never asked')
    """

    states: Mapping[CallState, int]
    planned: int
    minimum: float

    @property
    def total(self) -> int:
        """How many samples there should be, and at least those there are."""
        return max(self.planned, sum(self.states.values()))

    @property
    def graded(self) -> int:
        """How many samples could be graded."""
        return self.states.get(CallState.OK, 0)

    @property
    def answered(self) -> int:
        """How many samples the endpoint answered, with whatever content."""
        return sum(count for state, count in self.states.items() if state.answered)

    @property
    def is_graded(self) -> bool:
        """Whether accuracy counts: enough samples could be graded."""
        return self._enough(self.graded)

    @property
    def is_answered(self) -> bool:
        """Whether behaviour counts: enough samples were answered, gradable or not."""
        return self._enough(self.answered)

    @property
    def rest(self) -> str:
        """What could not be graded, in words; empty where everything could."""
        parts = [f"{n} {state.value}" for state, n in self.states.items() if state != CallState.OK]
        unasked = self.planned - sum(self.states.values())
        return ", ".join([*parts, *([f"{unasked} never asked"] if unasked > 0 else [])])

    def is_whole(self, *, of_probe: bool) -> bool:
        """Whether the task was measured.

        A probe has its own reading of what came back, so its calls need only be answered.
        """
        return self.is_answered if of_probe else self.is_graded

    def _enough(self, count: int) -> bool:
        return self.total > 0 and count / self.total >= self.minimum
