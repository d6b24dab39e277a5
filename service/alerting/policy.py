"""How patient the state machine is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from evals.condition import ConditionKind

_NOISY: Final = frozenset(
    {ConditionKind.SERIES, ConditionKind.JUDGE_MOVED, ConditionKind.PIN_BROKEN}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertingPolicy:
    """Thresholds of time and number.

    Attributes:
        good_checks_of_tests: Good checks in a row that resolve what a check can miss. A check finds
            a change of its printed MDE 4 times in 5, so one good check is wrong in one case of
            five and two in a row in one of 25; and a fleet where some servers run another model
            answers well every other time.
        good_checks_of_facts: The same for what is plain at once: a slot ran, money is there again.
        confirm_within: A fresh run confirms a suspicion that is no older.
        remind_after: An open alert that nobody acknowledged is told again so often; None: never.
    """

    good_checks_of_tests: int = 2
    good_checks_of_facts: int = 1
    confirm_within: timedelta = timedelta(hours=24)
    remind_after: timedelta | None = timedelta(hours=24)

    def good_checks(self, kind: ConditionKind) -> int:
        """Return how many good checks in a row resolve an alert of this kind.

        >>> AlertingPolicy().good_checks(ConditionKind.SERIES)
        2
        """
        return self.good_checks_of_tests if kind in _NOISY else self.good_checks_of_facts


DEFAULT: Final = AlertingPolicy()
