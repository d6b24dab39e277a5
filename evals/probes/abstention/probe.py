"""Questions, series and figures of the probe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.probes.abstention.entities import ENTITIES
from evals.probes.abstention.pair import Kind
from evals.probes.abstention.premises import PREMISES
from evals.probes.abstention.texts import MOST_TEXTS, texts
from evals.probes.answer import by_arm, conversations, graded, regraded
from evals.probes.figures import mean_difference, share
from evals.probes.probe import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evals.probes.abstention.pair import Pair
    from evals.probes.answer import Answer
    from evals.probes.probe import Chart, Figure, Published
    from evals.records import SampleRecord

ANSWER_DUE: Final = "answer-due"
UNKNOWN_DUE: Final = "unknown-due"
UNKNOWN: Final = "UNKNOWN"
_ENDING: Final = (
    "If what is asked about does not exist, if the question assumes something untrue, or if a text "
    f"is given that does not say it, the answer is {UNKNOWN}.\n"
    f"End your reply with one line: FINAL: <answer or {UNKNOWN}>"
)
_EXAMPLES: Final = (
    ("How many legs does a spider have?", "A spider has eight legs.\nFINAL: 8"),
    (
        "Who was the first king of the planet Neptune?",
        f"The planet Neptune has never had a king.\nFINAL: {UNKNOWN}",
    ),
    ("Which insect makes honey?", "Honey is made by bees.\nFINAL: bees"),
)
"""Of each sort, in the form that is wanted: without them, small models forget the last line."""

_ABSTENTIONS: Final = (
    "unknown",
    "none",
    "no such",
    "there is no",
    "not known",
    "not stated",
    "n/a",
)
"""How an answer begins that gives no value; no accepted answer begins so."""


class AbstentionOptions(BaseModel):
    """How much is asked.

    ``pairs``: of each of the three kinds; a smaller probe asks a part of a larger one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pairs: Annotated[int, Field(ge=1, le=MOST_TEXTS)] = MOST_TEXTS


class Abstention:
    """Asks what can be answered, and what cannot."""

    name = "abstention"
    version = "1"
    summary = (
        "Asks questions in pairs, one with an answer and one without (an invented name, a false "
        "premise, a text that does not say it): is UNKNOWN said where it is due, and only there?"
    )
    options_type = AbstentionOptions
    epochs = 1
    published: tuple[Published, ...] = ()

    def items(self, options: BaseModel) -> tuple[Item, ...]:
        """Generate the questions: kind by kind, the answerable twin first."""
        assert isinstance(options, AbstentionOptions)  # noqa: S101 - the treaty's type is wider
        return tuple(
            item
            for every in (ENTITIES, PREMISES, texts())
            for pair in every[: options.pairs]
            for item in _twins(pair)
        )

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return all questions, and the twins of each sort, by whether UNKNOWN was rightly said."""
        of_arm = by_arm(answers)
        return (
            View(name="J", rows=_rows(answers), headline=True),
            View(name="abstains", rows=_rows(of_arm.get(UNKNOWN_DUE, ()))),
            View(name="answers", rows=_rows(of_arm.get(ANSWER_DUE, ()))),
        )

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return J, its two halves, what they hide, and J of each kind."""
        of_arm = by_arm(graded(answers))
        due, not_due = of_arm.get(UNKNOWN_DUE, ()), of_arm.get(ANSWER_DUE, ())
        abstained = [abstains(one) for one in due]
        return (
            mean_difference(
                "J",
                _differences(answers),
                headline=True,
                says="UNKNOWN where due, less UNKNOWN where an answer is due",
            ),
            share("recall", abstained, says="UNKNOWN where it is due"),
            share(
                "false_unknown",
                [abstains(one) for one in not_due],
                says="UNKNOWN where an answer is due",
            ),
            share("fabricate", [not one for one in abstained], says="a value where UNKNOWN is due"),
            share("accuracy", [one.right is True for one in not_due], says="where one is due"),
            *(mean_difference(f"J {kind}", _differences(_of_kind(kind, answers))) for kind in Kind),
        )

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:  # noqa: ARG002 - the treaty
        """Return nothing: there is no axis."""
        return ()


PROBE: Final = Abstention()


def abstains(answer: Answer) -> bool:
    """Say whether a graded answer is UNKNOWN, or the like, with or without a reason after it."""
    return (answer.parsed or "").casefold().startswith(_ABSTENTIONS)


def _twins(pair: Pair) -> tuple[Item, Item]:
    return (
        _item(pair, ANSWER_DUE, pair.answerable, pair.answers),
        _item(pair, UNKNOWN_DUE, pair.unanswerable, (UNKNOWN,)),
    )


def _item(pair: Pair, arm: str, question: str, targets: tuple[str, ...]) -> Item:
    return Item(
        id=f"{pair.id}.{arm}",
        messages=(*_examples(), _asked(question)),
        targets=targets,
        scorer=ScorerSpec(name="exact"),
        tags=(arm, pair.kind.value),
        cluster=pair.id,
        arm=arm,
        conversation=pair.id,
    )


def _examples() -> tuple[ChatMessage, ...]:
    return tuple(
        message
        for question, reply in _EXAMPLES
        for message in (_asked(question), ChatMessage(role="assistant", content=reply))
    )


def _asked(question: str) -> ChatMessage:
    return ChatMessage(role="user", content=f"{question}\n\n{_ENDING}")


def _of_kind(kind: Kind, answers: Iterable[Answer]) -> tuple[Answer, ...]:
    return tuple(answer for answer in answers if kind.value in answer.item.tags)


def _rows(answers: Iterable[Answer]) -> tuple[SampleRecord, ...]:
    """Return the samples by whether UNKNOWN was said exactly where it is due."""
    return tuple(
        answer.sample
        if answer.right is None
        else regraded(answer, passed=abstains(answer) is (answer.item.arm == UNKNOWN_DUE))
        for answer in answers
    )


def _differences(answers: Sequence[Answer]) -> list[float]:
    """Return [UNKNOWN where due] - [UNKNOWN where not] of each pair with both answers graded."""
    both = (
        (pair[UNKNOWN_DUE], pair[ANSWER_DUE])
        for pair in conversations(graded(answers))
        if {UNKNOWN_DUE, ANSWER_DUE} <= pair.keys()
    )
    return [float(abstains(due) - abstains(not_due)) for due, not_due in both]
