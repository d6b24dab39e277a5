"""How far an adaptive check has come, and what it still has to ask. Pure: facts in, facts out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evals.compare.levels import levels_of_looks
from evals.compare.memory import lasting
from evals.compare.standing import Confirmation, Sampling
from evals.coverage import Coverage
from evals.policy import Series
from evals.stats.reference import Support

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.compare.comparison import TaskComparison
    from evals.compare.levels import Levels
    from evals.compare.terms import Terms
    from evals.stats.retest import Retest

_PAGE_LEVEL: Final = 10
"""An effect that needs no confirmation has a p-value of alpha over this, at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fallen:
    """An item that fell: how often it was asked again, and whether that is enough."""

    item_id: str
    asked: int
    settled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """The facts that decide how an adaptive check of one task goes on.

    Attributes:
        first: The first look alone, beside the baseline and with the runs since.
        planned: Samples of one look.
        looked: Samples of the first look that are stored.
        repeated: Samples of the repetition that are stored.
        fallen: The items that fell and may be asked again.
        retested: Samples of retests that are stored.
        retest: What they weigh; None without any.
        most_calls: The limit for this task.
    """

    first: TaskComparison
    planned: int
    looked: int
    repeated: int
    fallen: Sequence[Fallen]
    retested: int
    retest: Retest | None
    most_calls: int

    @property
    def room_for_repeat(self) -> bool:
        """Whether a repetition fits under the limit beside what was asked by now."""
        return 2 * self.planned + self.retested <= self.most_calls


_FURTHEST_BEHIND: Final = (Confirmation.OPEN, Confirmation.DUE)


def furthest_behind(each: Sequence[Sampling]) -> Sampling:
    """Return where a task stands whose series are asked together, given where each of them does.

    While one of them misses answers, or waits for its repetition, so does the task.
    """
    for confirmation in _FURTHEST_BEHIND:
        for one in each:
            if one.confirmation is confirmation:
                return one
    return each[0]


def advance(facts: Sampling, progress: Progress, terms: Terms) -> Sampling:
    """Say where an adaptive check stands after ``progress``, and what it asks next.

    The answer depends on stored facts alone, so a run that died goes on as it would have.
    """
    confirmation, again, short = _standing(progress, terms)
    due_at = None
    if confirmation is Confirmation.DUE and facts.first_ended is not None:
        due_at = facts.first_ended + timedelta(minutes=terms.repeat_after_minutes)
    return replace(
        facts, confirmation=confirmation, to_ask_again=again, due_at=due_at, out_of_calls=short
    )


_Standing = tuple[Confirmation, tuple[str, ...], bool]


def _standing(progress: Progress, terms: Terms) -> _Standing:
    if progress.looked < progress.planned:
        return Confirmation.OPEN, (), False
    if progress.repeated:
        whole = progress.repeated >= progress.planned
        return Confirmation.REPEATED if whole else Confirmation.OPEN, (), False
    if _crosses_page_threshold(progress.first, terms):
        return Confirmation.WAIVED, (), False
    again, begun = _next_retests(progress)
    if not begun and progress.retest is not None and progress.retest.alarm:
        return Confirmation.RETESTED, (), False
    short = bool(again) and not _room_for_retests(progress, len(again))
    if again and not short:
        return Confirmation.OPEN, again, False
    if not is_suspicious(progress.first, terms):
        return Confirmation.NOT_NEEDED, (), short
    if not progress.room_for_repeat:
        return Confirmation.NO_ROOM, (), short
    return Confirmation.DUE, (), short


def is_suspicious(first: TaskComparison, terms: Terms) -> bool:
    """Return whether the first look found anything that fresh answers have to confirm.

    A drop at a looser level, for a drop of a few points is rarely plain at once; a rise, changed
    answers or a state's rate at the level of its look; and whatever the memory finds in this run
    and those before. What was not measured is not suspicious: it is invalid, and asking later is
    another run. Nor is what never pages.
    """
    at = levels_by(terms, first)
    if _covered(first, terms, graded=True) and _accuracy_or_answers(first, at, terms):
        return True
    tested = [rate.p for rate in first.rates if rate.state.answered and rate.p is not None]
    states = any(p <= at[Series.STATES] for p in tested) or _lasts(first, at, Series.STATES)
    return states and _covered(first, terms, graded=False)


def levels_by(terms: Terms, first: TaskComparison) -> Levels:
    """Return the level of each look at a task by the terms of its run."""
    return levels_of_looks(lambda series: terms.level(first.task, series), first.memory)


def _accuracy_or_answers(first: TaskComparison, at: Levels, terms: Terms) -> bool:
    check, answers, level = first.check, first.answers, at[Series.ACCURACY]
    if check is None:
        return False
    if level and (check.p_drop <= max(terms.repeat_at_p, level) or check.p_rise <= level):
        return True
    if answers is not None and answers.p_changed <= at[Series.ANSWERS]:
        return True
    if any(one.p <= at[Series.VOICE] for one in first.voice):
        return True
    return _lasts(first, at, Series.ACCURACY) or _lasts(first, at, Series.ANSWERS)


def _lasts(first: TaskComparison, at: Levels, series: Series) -> bool:
    passes = first.check.passes if first.check else 0
    return any(
        lasting(one, at[series], passes=passes) is not None
        for one in first.memory
        if one.series is series
    )


def may_retest(first: TaskComparison, terms: Terms) -> bool:
    """Return whether answers that fell can be weighed one by one.

    That needs a baseline whose item model can be trusted by itself: eight passes, ten shared items;
    and an accuracy that may page.
    """
    full = first.check is not None and first.check.support is Support.FULL
    pages = terms.level(first.task, Series.ACCURACY) > 0
    return full and pages and _covered(first, terms, graded=True)


def _crosses_page_threshold(first: TaskComparison, terms: Terms) -> bool:
    level = levels_by(terms, first)[Series.ACCURACY]
    return _covered(first, terms, graded=True) and pages_alone(
        first, points=terms.page_at_points, level=level
    )


def pages_alone(first: TaskComparison, *, points: float, level: float) -> bool:
    """Return whether a drop is so large that nobody needs to ask again.

    It is ``points`` percentage points at least, at a tenth of ``level``, that of its accuracy.
    """
    check = first.check
    if check is None:
        return False
    effects = [check.effect]
    if first.score.rate is not None and first.baseline_score and first.baseline_score.rate:
        # The effect weighs items by their draws, and the noisy ones are drawn more often.
        effects.append(first.score.rate - first.baseline_score.rate)
    return max(effects) <= -points / 100 and check.p_drop <= level / _PAGE_LEVEL


def _next_retests(progress: Progress) -> tuple[tuple[str, ...], bool]:
    """Return whom the next round asks, and whether that round was begun before.

    A round asks whoever had the fewest answers; it was begun if others have had one more.
    """
    open_ = [one for one in progress.fallen if not one.settled]
    if not open_:
        return (), False
    fewest = min(one.asked for one in open_)
    again = tuple(one.item_id for one in open_ if one.asked == fewest)
    return again, any(one.asked > fewest for one in progress.fallen)


def _room_for_retests(progress: Progress, calls: int) -> bool:
    reserved = progress.planned if progress.room_for_repeat else 0
    return progress.planned + progress.retested + calls + reserved <= progress.most_calls


def _covered(first: TaskComparison, terms: Terms, *, graded: bool) -> bool:
    coverage = Coverage(states=first.states, planned=first.planned, minimum=terms.minimum_coverage)
    return coverage.is_graded if graded else coverage.is_answered
