"""The probe: anchors for the judge, none of which the endpoint is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.probes.answer import by_arm, graded, regraded
from evals.probes.figures import share
from evals.probes.judge.anchors import ANCHORS
from evals.probes.probe import Better, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.probes.answer import Answer
    from evals.probes.judge.anchors import Anchor
    from evals.probes.probe import Chart, Figure, Published

KEEPS: Final = "keeps"
BREAKS: Final = "breaks"


class JudgeOptions(BaseModel):
    """There is nothing to choose: the anchors are frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgeProbe:
    """See the package."""

    name: str = "judge"
    version: str = "1"
    summary: str = (
        "Has the judge grade thirty labelled replies: if that moves, the judge moved, and not the "
        "endpoint."
    )
    options_type: type[BaseModel] = JudgeOptions
    epochs: int = 1
    published: tuple[Published, ...] = field(default=())

    def items(self, options: BaseModel) -> tuple[Item, ...]:  # noqa: ARG002 - the anchors are frozen
        """Return both replies to each question."""
        return tuple(_item(anchor, arm) for arm in (KEEPS, BREAKS) for anchor in ANCHORS)

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return one series: does the judge grade as labelled?"""
        rows = tuple(
            answer.sample if answer.right is None else regraded(answer, passed=_agrees(answer))
            for answer in answers
        )
        return (View(name="agreement", rows=rows, better=Better.NEITHER, headline=True),)

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return agreement, and the two ways to err."""
        told = graded(answers)
        arms = by_arm(told)
        return (
            share("agreement", [_agrees(answer) for answer in told], headline=True),
            share("false_pass", [bool(answer.right) for answer in arms.get(BREAKS, ())]),
            share("false_fail", [not answer.right for answer in arms.get(KEEPS, ())]),
        )

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:  # noqa: ARG002 - nothing to draw
        """Return nothing."""
        return ()


PROBE: Final = JudgeProbe()


def _item(anchor: Anchor, arm: str) -> Item:
    return Item(
        id=f"{anchor.name}.{arm}",
        messages=(ChatMessage(role="user", content=anchor.question),),
        targets=(),
        scorer=ScorerSpec(name="judge", options={"rubric": anchor.rule}),
        tags=(arm,),
        cluster=anchor.name,
        arm=arm,
        reply=anchor.keeps if arm == KEEPS else anchor.breaks,
    )


def _agrees(answer: Answer) -> bool:
    return answer.right == (answer.item.arm == KEEPS)
