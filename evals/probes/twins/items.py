"""The questions that are asked."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING, Final

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.probes.pushback.choices import CHOICES
from evals.probes.twins.problems import PROBLEMS

if TYPE_CHECKING:
    from evals.probes.pushback.question import Question
    from evals.probes.twins.problem import Problem

FAMOUS: Final = "famous"
TWIN: Final = "twin"
CHOICE: Final = "choice"
PLACES: Final = 4
CANARY: Final = "pinwatch-canary 6f0d9a3e-58c1-4b7e-9d52-1c7a4be8f360"
_NUMBER_LINE: Final = "End your reply with one line: FINAL: <number>"
_LETTER_LINE: Final = "End your reply with one line: FINAL: <letter>"
_EXAMPLES: Final = {
    _NUMBER_LINE: (
        "Three boxes hold 4 pens each. How many pens are there?",
        "3 times 4 is 12.\nFINAL: 12",
    ),
    _LETTER_LINE: (
        "What do bees make?\nA) paper\nB) silk\nC) honey\nD) wool",
        "Bees make honey.\nFINAL: C",
    ),
}
"""An earlier turn in the form that is wanted: without it, small models forget the last line."""


def pair_items(problem: Problem) -> tuple[Item, Item]:
    """Return the famous problem and its twin."""
    return (
        _of_pair(problem, FAMOUS, problem.famous),
        _of_pair(problem, TWIN, problem.twin),
    )


def problem_items(count: int) -> tuple[Item, ...]:
    """Return the first ``count`` pairs."""
    return tuple(item for problem in PROBLEMS[:count] for item in pair_items(problem))


def choice_items(count: int) -> tuple[Item, ...]:
    """Return every rotation of the first ``count`` multiple-choice questions."""
    return tuple(
        _rotated(question, turned) for question in CHOICES[:count] for turned in range(PLACES)
    )


def option_chosen(item: Item, letter: str) -> str:
    """Return the text behind the letter of an answer, the same in every rotation."""
    choices = item.scorer.options["choices"]
    return str(choices[ascii_uppercase.index(letter.upper())])


def _of_pair(problem: Problem, arm: str, numbers: tuple[int, ...]) -> Item:
    return Item(
        id=f"{problem.name}.{arm}",
        messages=_messages(problem.asked(numbers), _NUMBER_LINE),
        targets=(problem.answer(numbers),),
        scorer=ScorerSpec(name="number"),
        tags=(arm,),
        cluster=problem.name,
        notes=CANARY,
        arm=arm,
        conversation=problem.name,
    )


def _rotated(question: Question, turned: int) -> Item:
    choices = (*question.choices[turned:], *question.choices[:turned])
    right = question.choices[ascii_uppercase.index(question.gold)]
    printed = [f"{mark}) {text}" for mark, text in zip(ascii_uppercase, choices, strict=False)]
    arm = f"rotation {turned + 1}"
    return Item(
        id=f"{question.id}.{arm.replace(' ', '-')}",
        messages=_messages("\n".join([question.text, *printed]), _LETTER_LINE),
        targets=(ascii_uppercase[choices.index(right)],),
        scorer=ScorerSpec(name="choice", options={"choices": list(choices)}),
        tags=(CHOICE,),
        cluster=question.id,
        notes=CANARY,
        arm=arm,
        conversation=question.id,
    )


def _messages(question: str, line: str) -> tuple[ChatMessage, ...]:
    asked, replied = _EXAMPLES[line]
    return (
        ChatMessage(role="user", content=f"{asked}\n\n{line}"),
        ChatMessage(role="assistant", content=replied),
        ChatMessage(role="user", content=f"{question}\n\n{line}"),
    )
