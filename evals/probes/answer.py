"""One answer to one question of a probe, and what most readings of answers need."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from evals.call_state import CallState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.golden_set import Item
    from evals.records import SampleRecord

ENOUGH: Final = 20
"""A figure over fewer questions is insufficient."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A sample with the item that it answers."""

    item: Item
    sample: SampleRecord

    @property
    def right(self) -> bool | None:
        """Whether it is right; None whenever it could not be graded."""
        return self.sample.score.passed

    @property
    def parsed(self) -> str | None:
        """The normalised answer; None whenever it could not be graded."""
        return self.sample.score.parsed if self.sample.state is CallState.OK else None


def answers_of(samples: Iterable[SampleRecord], items: Mapping[str, Item]) -> tuple[Answer, ...]:
    """Put each sample beside its item; ``items`` are by content digest."""
    return tuple(Answer(item=items[one.item_digest], sample=one) for one in samples)


def conversations(answers: Iterable[Answer]) -> tuple[Mapping[str, Answer], ...]:
    """Return the answers of each conversation and epoch by arm, in their first order.

    An arm is unique in its conversation; an item without one is a conversation of its own.
    """
    found: dict[tuple[str, int], dict[str, Answer]] = defaultdict(dict)
    for answer in answers:
        name = answer.item.conversation or answer.item.id
        found[name, answer.sample.key.epoch][answer.item.arm] = answer
    return tuple(found.values())


def by_arm(answers: Iterable[Answer]) -> Mapping[str, tuple[Answer, ...]]:
    """Return the answers of each arm, in their first order."""
    found: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        found[answer.item.arm].append(answer)
    return {arm: tuple(of_arm) for arm, of_arm in found.items()}


def regraded(answer: Answer, *, passed: bool) -> SampleRecord:
    """Return the sample with another outcome; only an answer that was graded can have one.

    Raises ValueError for one that was not: missing is missing.
    """
    if answer.sample.state is not CallState.OK:
        raise ValueError(f"{answer.sample.key} was not graded, so it has no outcome")
    score = replace(answer.sample.score, passed=passed, value=float(passed))
    return replace(answer.sample, score=score)


def rows_of(answers: Iterable[Answer]) -> tuple[SampleRecord, ...]:
    """Return the samples as they are: right or wrong, and every state."""
    return tuple(answer.sample for answer in answers)


def graded(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Leave out what could not be graded."""
    return tuple(answer for answer in answers if answer.right is not None)
