"""Series and figures of the probe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from evals.probes.answer import by_arm, conversations, graded, regraded, rows_of
from evals.probes.figures import mean_difference, share, share_of_questions
from evals.probes.probe import Better, View
from evals.probes.pushback.choices import CHOICES
from evals.probes.twins.items import (
    CHOICE,
    FAMOUS,
    PLACES,
    TWIN,
    choice_items,
    option_chosen,
    problem_items,
)
from evals.probes.twins.problems import PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.golden_set import Item
    from evals.probes.answer import Answer
    from evals.probes.probe import Chart, Figure, Published


class TwinsOptions(BaseModel):
    """How much is asked: two calls a pair, four a choice.

    ``pairs``: famous problems, each with its twin. ``choices``: multiple-choice questions, each in
    four orders.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pairs: Annotated[int, Field(ge=1, le=len(PROBLEMS))] = len(PROBLEMS)
    choices: Annotated[int, Field(ge=0, le=len(CHOICES))] = len(CHOICES)


class Twins:
    """Asks famous problems and their twins, and choices in every order."""

    name = "twins"
    version = "1"
    summary = (
        "Asks famous problems beside twins with other numbers, and multiple-choice questions in "
        "every order of their options: is it solved, or remembered?"
    )
    options_type = TwinsOptions
    epochs = 1
    published: tuple[Published, ...] = ()

    def items(self, options: BaseModel) -> tuple[Item, ...]:
        """Generate the questions: the pairs, then the choices."""
        assert isinstance(options, TwinsOptions)  # noqa: S101 - the treaty's type is wider
        return (*problem_items(options.pairs), *choice_items(options.choices))

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return the memorised pairs, both accuracies, and the choices that hold in every order."""
        of_arm = by_arm(answers)
        memorised = (
            regraded(famous, passed=famous.right is True and twin.right is False)
            for famous, twin in _pairs(answers)
        )
        same = (regraded(turns[0], passed=_same_option(turns)) for turns in _rotations(answers))
        return (
            View(name="gap", rows=tuple(memorised), better=Better.NEITHER, headline=True),
            View(name=FAMOUS, rows=rows_of(of_arm.get(FAMOUS, ()))),
            View(name=TWIN, rows=rows_of(of_arm.get(TWIN, ()))),
            View(name="same option", rows=tuple(same)),
        )

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return the gap, what it is made of, and what the order of options does."""
        of_arm = by_arm(graded(answers))
        right = [(bool(famous.right), bool(twin.right)) for famous, twin in _pairs(answers)]
        return (
            mean_difference(
                "twin_gap",
                [float(famous - twin) for famous, twin in right],
                headline=True,
                says="right on famous problems, less right on their twins",
            ),
            *(
                share(f"accuracy {arm}", [bool(one.right) for one in of_arm.get(arm, ())])
                for arm in (FAMOUS, TWIN)
            ),
            share(
                "memorised",
                [famous and not twin for famous, twin in right],
                says="the famous problem right, its twin wrong",
            ),
            share(
                "order_sensitivity",
                [not _same_option(turns) for turns in _rotations(answers)],
                says="another option in another order",
            ),
            share_of_questions(
                "first_place",
                [(one.item.cluster or "", one.parsed == "A") for one in _choices(graded(answers))],
                says="answers that chose the first option; 25 % is due",
            ),
        )

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:  # noqa: ARG002 - the treaty
        """Return nothing: there is no axis."""
        return ()


PROBE: Final = Twins()


def _pairs(answers: Sequence[Answer]) -> list[tuple[Answer, Answer]]:
    """Return the famous problem and its twin, where both were graded."""
    return [
        (both[FAMOUS], both[TWIN])
        for both in conversations(graded(answers))
        if {FAMOUS, TWIN} <= both.keys()
    ]


def _choices(answers: Iterable[Answer]) -> list[Answer]:
    return [answer for answer in answers if CHOICE in answer.item.tags]


def _rotations(answers: Sequence[Answer]) -> list[tuple[Answer, ...]]:
    """Return the answers to each choice that was graded in all its orders."""
    found: Iterable[Mapping[str, Answer]] = conversations(_choices(graded(answers)))
    return [tuple(turns.values()) for turns in found if len(turns) == PLACES]


def _same_option(turns: Sequence[Answer]) -> bool:
    return len({option_chosen(one.item, one.parsed or "A") for one in turns}) == 1
