"""Samples that did not end ok, in words: rates of their own, never wrong answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evals import numbers
from evals.call_state import CallState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.compare import StateRate, TaskComparison
    from evals.report.view import RunReport

STATE_WORDS: Final = {
    CallState.OK: "ok",
    CallState.UNPARSED: "unreadable answer",
    CallState.REFUSED: "refused",
    CallState.TRUNCATED: "cut off",
    CallState.FILTERED: "filtered",
    CallState.API_ERROR: "provider error",
    CallState.TIMEOUT: "timed out",
    CallState.JUDGE_FAILED: "judge failed",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StateRow:
    """One state other than ok in one task, in words; ``task`` keeps lines of a task together.

    Beside a baseline every figure is of the shared items, otherwise of the whole task.
    """

    task: str
    state: str
    words: str
    count: str
    rate: str
    baseline: str
    p: str

    @property
    def name(self) -> str:
        """Return the words, and the state's own name in code where that is another."""
        return self.words if self.words == self.state else f"{self.words} (`{self.state}`)"


def state_rows(report: RunReport) -> tuple[StateRow, ...]:
    """Return the states other than ok: first those unlike the baseline, then the most frequent."""
    found = [row for task in report.comparison.tasks for row in _states_of(task, report)]
    return tuple(row for _, row in sorted(found, key=lambda ranked: ranked[0]))


def _states_of(
    task: TaskComparison, report: RunReport
) -> Iterator[tuple[tuple[bool, int], StateRow]]:
    rates = {rate.state: rate for rate in task.rates}
    for state in CallState:
        seen, rate = task.states.get(state, 0), rates.get(state)
        news = _is_news(rate, report.verdict.alpha)
        if state is not CallState.OK and (seen or news):
            yield (not news, -seen), _state_row(task, state, rate, report.verdict.alpha)
    never = task.planned - sum(task.states.values())
    if never > 0:
        yield (True, -never), _never_asked(task, never)


def _is_news(rate: StateRate | None, alpha: float) -> bool:
    return rate is not None and rate.p is not None and rate.p <= alpha


def _state_row(
    task: TaskComparison, state: CallState, rate: StateRate | None, alpha: float
) -> StateRow:
    if rate is None or rate.baseline_rate is None:
        return _alone(task, state)
    return StateRow(
        task=task.task,
        state=state.value,
        words=STATE_WORDS[state],
        count=f"{numbers.count(rate.count)} of {numbers.count(rate.n)}",
        rate=numbers.percent(rate.rate),
        baseline=numbers.percent(rate.baseline_rate),
        p=numbers.p_value(rate.p, alpha=alpha) if rate.p is not None else "",
    )


def _alone(task: TaskComparison, state: CallState) -> StateRow:
    seen, asked = task.states.get(state, 0), sum(task.states.values())
    return StateRow(
        task=task.task,
        state=state.value,
        words=STATE_WORDS[state],
        count=f"{numbers.count(seen)} of {numbers.count(asked)}",
        rate=numbers.percent(seen / asked if asked else 0.0),
        baseline="",
        p="",
    )


def _never_asked(task: TaskComparison, never: int) -> StateRow:
    return StateRow(
        task=task.task,
        state="not_asked",
        words="never asked",
        count=f"{numbers.count(never)} of {numbers.count(task.planned)}",
        rate=numbers.percent(never / task.planned),
        baseline="",
        p="",
    )
