"""What the simulator knows about one item: the truth, and how to miss it plausibly."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPTION = re.compile(r"(?m)^\s*\(?([A-Z])[).:]\s+\S")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One item, as a persona knows it.

    Attributes:
        item: The item's id.
        right: The reference answer.
        wrong: Plausible wrong answers; never empty.
        tags: The item's labels, for skill by tag.
        stands_alone: Whether the whole reply is graded, so that no word may be put around it.
        context: The item's turns, squeezed: they tell apart items that end in the same question.
        options: Letters of a multiple-choice question, in the order in which they are printed.
        parts: Of a prompt with many questions, the number of each and what is known about it; the
            answer is then a numbered list.
    """

    item: str
    right: str
    wrong: tuple[str, ...]
    tags: tuple[str, ...] = ()
    stands_alone: bool = False
    context: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    parts: tuple[tuple[int, Fact], ...] = ()


def option_letters(prompt: str) -> tuple[str, ...]:
    r"""Return the letters of the options printed in ``prompt``, one option a line.

    >>> option_letters("Which one?\nA) red\n(B) blue\nC. green")
    ('A', 'B', 'C')
    """
    return tuple(dict.fromkeys(_OPTION.findall(prompt)))
