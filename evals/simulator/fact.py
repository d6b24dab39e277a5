"""What the simulator knows about one item: the truth, and how to miss it plausibly."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Answers in these forms are graded as they stand: no word may be put around them.
WHOLE_ANSWER_SCORERS = ("json", "code", "regex", "instruction")
_OPTION = re.compile(r"(?m)^\s*\(?([A-Z])[).:]\s+\S")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One item, as a persona knows it.

    Attributes:
        item: The item's id.
        right: The reference answer.
        wrong: Plausible wrong answers; never empty.
        tags: The item's labels, for skill by tag.
        scorer: Name of the item's scorer.
        context: The item's other turns, which tell apart items that end in the same question.
        options: Letters of a multiple-choice question, in the order in which they are printed.
    """

    item: str
    right: str
    wrong: tuple[str, ...]
    tags: tuple[str, ...] = ()
    scorer: str = "exact"
    context: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def stands_alone(self) -> bool:
        """Whether the answer must be sent with nothing around it to count as right."""
        return any(part in self.scorer for part in WHOLE_ANSWER_SCORERS)


def option_letters(prompt: str) -> tuple[str, ...]:
    r"""Return the letters of the options printed in ``prompt``, one option a line.

    >>> option_letters("Which one?\nA) red\n(B) blue\nC. green")
    ('A', 'B', 'C')
    """
    return tuple(dict.fromkeys(_OPTION.findall(prompt)))
