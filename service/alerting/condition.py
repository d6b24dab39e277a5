"""What an alert is about: the same condition is the same alert for as long as it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from evals.condition import ConditionKind

_WORDS: Final = {
    ConditionKind.SERIES: "the scores moved",
    ConditionKind.PIN_BROKEN: "the pin is broken",
    ConditionKind.NOT_MEASURED: "nothing could be measured",
    ConditionKind.MISSED_CHECK: "a check was missed",
    ConditionKind.JUDGE_MOVED: "the judge moved",
    ConditionKind.DELIVERY_FAILING: "messages do not arrive",
    ConditionKind.BUDGET: "the budget is spent, or nearly",
    ConditionKind.SHUTDOWN: "the model is shut down soon",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """One thing that can be wrong.

    Attributes:
        kind: What can be wrong.
        endpoint: Where; empty for what concerns no endpoint.
        suite: On which suite; empty for what concerns all suites of the endpoint.
        name: What tells it from others of its kind there: the schedule, channel or budget.
    """

    kind: ConditionKind
    endpoint: str = ""
    suite: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """The condition as one text; as JSON, so that no two names run together.

        >>> Condition(kind=ConditionKind.BUDGET, name="month").key
        '["budget", "", "", "month"]'
        """
        return json.dumps([self.kind.value, self.endpoint, self.suite, self.name])

    @property
    def words(self) -> str:
        """The condition in a few words.

        >>> Condition(kind=ConditionKind.PIN_BROKEN, endpoint="prod", suite="weekly").words
        'prod · weekly: the pin is broken'
        """
        place = " · ".join(part for part in (self.endpoint, self.suite, self.name) if part)
        return f"{place}: {_WORDS[self.kind]}" if place else _WORDS[self.kind]
