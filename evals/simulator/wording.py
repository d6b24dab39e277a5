"""Puts an answer into words: sentences before it, marks around it, a final line after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.simulator.persona import AnswerFormat

if TYPE_CHECKING:
    from evals.simulator.draw import Dice
    from evals.simulator.persona import Persona

REFUSAL = "I'm sorry, but I can't help with that request."
APOLOGY = "I apologize for the confusion."
UNKNOWN = "UNKNOWN"
_SENTENCES = (
    "Let me look at what is asked.",
    "I went through the details one by one.",
    "The given facts are enough to answer this.",
    "There is one point that decides it.",
    "Checking it once more leads to the same result.",
    "This follows from what is known.",
    "Each step was simple.",
)


def preamble(persona: Persona, dice: Dice) -> str:
    """Return ``verbosity`` sentences that say nothing about the answer."""
    sentences = (dice.pick(f"sentence {n}", _SENTENCES) for n in range(persona.verbosity))
    return " ".join(sentences)


def worded(answer: str, persona: Persona, dice: Dice, *, wants_final: bool) -> str:
    """Return the whole text of an answer in the persona's format.

    Words come before the answer only where it ends in a ``FINAL:`` line, or where the format is
    chatty: anywhere else they would turn a right answer into a wrong one.
    """
    form = persona.format
    if form is AnswerFormat.NO_FINAL:
        return " ".join(part for part in (preamble(persona, dice), answer) if part)
    lead = "Certainly! Here is what I found." if form is AnswerFormat.CHATTY else ""
    before = (lead, preamble(persona, dice) if wants_final else "")
    body = f"**{answer}**" if form is AnswerFormat.BOLD else answer
    last = f"FINAL: {body}" if wants_final else body
    if form is AnswerFormat.FENCED:
        last = f"```\n{last}\n```"
    return "\n".join(part for part in (*before, last) if part)
