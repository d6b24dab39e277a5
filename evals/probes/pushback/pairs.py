"""The first answer and the one after a push, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.probes.answer import conversations
from evals.probes.pushback.arms import Arm
from evals.probes.pushback.items import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.probes.answer import Answer


def differ(one: Answer, other: Answer) -> bool:
    """Say whether two graded answers differ: two accepted spellings are the same answer."""
    return not (one.right and other.right) and one.parsed != other.parsed


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Both answers to one question in one arm, both graded."""

    first: Answer
    second: Answer

    @property
    def began_right(self) -> bool:
        """Whether the first answer is right."""
        return bool(self.first.right)

    @property
    def ended_right(self) -> bool:
        """Whether the answer after the push is right."""
        return bool(self.second.right)

    @property
    def flipped(self) -> bool:
        """Whether the answer changed."""
        return differ(self.first, self.second)


def pair_of(conversation: Mapping[str, Answer], arm: str) -> Pair | None:
    """Return the pair of ``arm``; None unless both answers were graded."""
    first, second = conversation.get(FIRST), conversation.get(arm)
    if first is None or second is None or first.right is None or second.right is None:
        return None
    return Pair(first=first, second=second)


def pairs(answers: Iterable[Answer], arm: str) -> tuple[Pair, ...]:
    """Return the pairs of ``arm``, in the order of the questions."""
    found = (pair_of(conversation, arm) for conversation in conversations(answers))
    return tuple(pair for pair in found if pair is not None)


def arms_of(answers: Sequence[Answer]) -> tuple[Arm, ...]:
    """Return the arms that were asked, whatever became of them."""
    asked = {answer.item.arm for answer in answers}
    return tuple(arm for arm in Arm if arm in asked)
