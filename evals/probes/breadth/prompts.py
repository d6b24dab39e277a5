"""One wording for one problem and for fifty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.golden_set import ChatMessage
from evals.numbers import plural
from evals.probes.breadth.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXAMPLES: Final = (
    (
        Problem(question="What is 30 divided by 5?", answer=6),
        Problem(question="What is 9 minus 2?", answer=7),
        Problem(question="Which number comes next: 2, 4, 6, 8?", answer=10),
    ),
    (Problem(question="What is 8 plus 5?", answer=13),),
)
"""Earlier turns, a list and a single problem: without them, small models lose count."""


def conversation(problems: Sequence[Problem]) -> tuple[ChatMessage, ...]:
    """Return the examples and the problems, numbered from 1."""
    shown = [
        message
        for example in _EXAMPLES
        for message in (
            _question(example),
            ChatMessage(role="assistant", content=_answers(example)),
        )
    ]
    return (*shown, _question(problems))


def _question(problems: Sequence[Problem]) -> ChatMessage:
    """The task stands after the list and says where it ends: else small models count on and on."""
    listed = "\n".join(f"{n}. {one.question}" for n, one in enumerate(problems, start=1))
    last = len(problems)
    task = (
        f"Solve {plural(last, 'problem')}. Reply with {plural(last, 'line')}: "
        f"number, a colon and the answer. Stop after line {last}."
    )
    return ChatMessage(role="user", content=f"{listed}\n\n{task}")


def _answers(problems: Sequence[Problem]) -> str:
    return "\n".join(f"{n}: {one.answer}" for n, one in enumerate(problems, start=1))
