"""Questions, series and figures of the probe."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from evals.call_state import CallState
from evals.golden_set import Item, ScorerSpec
from evals.probes.answer import graded, rows_of
from evals.probes.breadth.problems import COUNT, problems
from evals.probes.breadth.prompts import conversation
from evals.probes.breadth.slope import slope
from evals.probes.figures import mean_difference, share
from evals.probes.probe import Curve, Figure, Published, Unit, View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.probes.answer import Answer
    from evals.probes.breadth.problems import Problem
    from evals.probes.probe import Chart
    from evals.records import SampleRecord

ALONE: Final = "alone"
FIVE: Final = "five"
TOGETHER: Final = "together"
_ARMS: Final = (ALONE, FIVE, TOGETHER)
_WHOLE: Final = (CallState.OK, CallState.UNPARSED)


class BreadthOptions(BaseModel):
    """How much is asked.

    ``problems``: the first so many of the fifty, a multiple of five; of five alone, the long list
    would be a list of five.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    problems: Annotated[int, Field(ge=10, le=COUNT, multiple_of=5)] = COUNT


class Breadth:
    """Asks the same problems one by one, five at a time, and all at once."""

    name = "breadth"
    version = "1"
    summary = (
        "Asks the same fifty problems one by one, five at a time and all at once: what the "
        "company of other questions costs, and what is left out."
    )
    options_type = BreadthOptions
    epochs = 1
    published = (
        Published(
            figure="breadth_cost",
            says="gpt-4.1: 87.25 % one by one, 59.15 % inside the full history (n = 306)",
            source="Hong et al., Context Rot (2025), recomputed",
        ),
    )

    def items(self, options: BaseModel) -> tuple[Item, ...]:
        """Return each problem three times; those of one list share its call."""
        assert isinstance(options, BreadthOptions)  # noqa: S101 - the treaty's type is wider
        asked = problems()[: options.problems]
        sizes = {ALONE: 1, FIVE: 5, TOGETHER: len(asked)}
        return tuple(
            item
            for arm, size in sizes.items()
            for start in range(0, len(asked), size)
            for item in _list(arm, start, asked[start : start + size])
        )

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return one series a breadth, and whether the lists are answered at all."""
        together, five = _of(TOGETHER, answers), _of(FIVE, answers)
        return (
            View(name=TOGETHER, rows=rows_of(_given(together)), headline=True),
            View(name=FIVE, rows=rows_of(_given(five))),
            View(name=ALONE, rows=rows_of(_of(ALONE, answers))),
            View(name="given", rows=tuple(map(_whether_given, together))),
            View(name="given five", rows=tuple(map(_whether_given, five))),
        )

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return what breadth costs, then where."""
        arms = {arm: _of(arm, answers) for arm in _ARMS}
        return (
            _cost("breadth_cost", answers, TOGETHER, headline=True),
            _cost("breadth_cost five", answers, FIVE),
            *(_accuracy(arm, arms[arm]) for arm in _ARMS),
            *(_omission(arm, arms[arm]) for arm in _ARMS),
            _order_slope(answers),
            _off_by_one(arms[TOGETHER]),
        )

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:
        """Return accuracy by breadth."""
        longest = max((_place(answer) for answer in answers), default=COUNT)
        ticks = {ALONE: 1, FIVE: 5, TOGETHER: longest}
        points = tuple(
            replace(_accuracy(arm, _of(arm, answers)), name=str(tick))
            for arm, tick in ticks.items()
        )
        return (Curve(title="Accuracy by breadth", axis="problems in a call", points=points),)


PROBE: Final = Breadth()


def _list(arm: str, start: int, together: Sequence[Problem]) -> list[Item]:
    messages = conversation(together)
    return [
        Item(
            id=f"problem-{start + place:02}.{arm}",
            messages=messages,
            targets=(str(problem.answer),),
            scorer=ScorerSpec(name="numbered", options={"place": place}),
            tags=(arm,),
            cluster=f"problem-{start + place:02}",
            arm=arm,
            conversation=f"{arm}-{start + 1:02}",
        )
        for place, problem in enumerate(together, start=1)
    ]


def _of(arm: str, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    return tuple(answer for answer in answers if answer.item.arm == arm)


def _given(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Leave out what a list left out: that is behaviour, and has a series of its own."""
    return tuple(answer for answer in answers if answer.sample.state is not CallState.UNPARSED)


def _whether_given(answer: Answer) -> SampleRecord:
    """Return the sample, right if the list has an answer to it; a list that never came has none."""
    if answer.sample.state not in _WHOLE:
        return answer.sample
    given = answer.sample.state is CallState.OK
    score = replace(
        answer.sample.score,
        state=CallState.OK,
        passed=given,
        value=float(given),
        parsed="given" if given else "left out",
    )
    return replace(answer.sample, score=score)


def _accuracy(arm: str, answers: Sequence[Answer]) -> Figure:
    return share(f"accuracy {arm}", [answer.right is True for answer in graded(answers)])


def _omission(arm: str, answers: Sequence[Answer]) -> Figure:
    states = [one.sample.state for one in answers if one.sample.state in _WHOLE]
    return share(
        f"omission {arm}",
        [state is CallState.UNPARSED for state in states],
        says="questions of whole replies without an answer",
    )


def _pairs(answers: Sequence[Answer], arm: str) -> list[tuple[Answer, Answer]]:
    """Return each problem's answer alone and in ``arm``, where both were graded."""
    found: Mapping[tuple[str | None, int], dict[str, Answer]] = defaultdict(dict)
    for answer in graded(answers):
        found[answer.item.cluster, answer.sample.key.epoch][answer.item.arm] = answer
    return [(one[ALONE], one[arm]) for one in found.values() if {ALONE, arm} <= one.keys()]


def _gain(alone: Answer, among: Answer) -> float:
    return float(among.right is True) - float(alone.right is True)


def _cost(name: str, answers: Sequence[Answer], arm: str, *, headline: bool = False) -> Figure:
    return mean_difference(
        name,
        [-_gain(alone, among) for alone, among in _pairs(answers, arm)],
        headline=headline,
        says=f"accuracy alone minus {arm}, on problems answered in both",
    )


def _place(answer: Answer) -> int:
    return int(answer.item.scorer.options["place"])


def _order_slope(answers: Sequence[Answer]) -> Figure:
    pairs = _pairs(answers, TOGETHER)
    last = max((_place(answer) for answer in answers), default=1)
    found = slope(
        [((_place(one) - 1) / max(1, last - 1), _gain(alone, one)) for alone, one in pairs]
    )
    return Figure(
        name="order_slope",
        value=found.value if found else None,
        low=found.low if found else None,
        high=found.high if found else None,
        n=len(pairs),
        unit=Unit.POINTS,
        says="won from the first to the last place of the long list",
    )


def _off_by_one(answers: Sequence[Answer]) -> Figure:
    targets = {_place(answer): answer.item.targets[0] for answer in answers}
    slipped = [
        answer.parsed in (targets.get(_place(answer) - 1), targets.get(_place(answer) + 1))
        for answer in graded(answers)
    ]
    return share("off_by_one", slipped, says="answers that belong to the line before or after")
