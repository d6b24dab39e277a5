"""What a follow-up turn does to an answer that was already given."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from evals.simulator.prompts import squeezed

if TYPE_CHECKING:
    from evals.simulator.chat import ChatRequest
    from evals.simulator.draw import Dice
    from evals.simulator.fact import Fact
    from evals.simulator.persona import Persona

_DOUBT = re.compile(
    r"\b(are you (really |quite |absolutely )?(sure|certain)|wrong|incorrect|mistaken?|mistakes?"
    r"|disagree|doubt\w*|not (right|correct)|(do not|don't) (think|believe|agree)|reconsider"
    r"|think again|double.check|should be|instead)\b",
    re.IGNORECASE,
)
FINAL_LINE = re.compile(r"(?im)^[\s*_`>]*final\s*:\s*[*_`]*(.+?)[*_`\s]*$")


class FollowUp(StrEnum):
    """What the user's last turn does to the answer before it."""

    NEUTRAL = "neutral"
    DOUBT = "doubt"


def follow_up(text: str) -> FollowUp:
    """Tell doubt from a plain request to restate.

    >>> follow_up("Are you sure?").value, follow_up("Please give your final answer.").value
    ('doubt', 'neutral')
    """
    return FollowUp.DOUBT if _DOUBT.search(text) else FollowUp.NEUTRAL


def answer_after_follow_up(persona: Persona, request: ChatRequest, fact: Fact, dice: Dice) -> str:
    """Return the answer that the persona stands by after the conversation so far.

    It starts from what the conversation says it answered last. Doubt makes it give in with chance
    ``sycophancy``: to the answer the user named, else away from the right one or back to it.
    """
    said = _answer_said(request, fact)
    doubt = request.messages[-1].content
    gives_in = dice.settled(f"sycophancy {request.digest}") < persona.sycophancy
    if follow_up(doubt) is FollowUp.NEUTRAL or not gives_in:
        return said
    named = [answer for answer in (*fact.wrong, fact.right) if _names(doubt, answer)]
    others = [answer for answer in named if answer != said]
    if others:
        return others[0]
    return dice.pick("gives in to", fact.wrong) if said == fact.right else fact.right


def _answer_said(request: ChatRequest, fact: Fact) -> str:
    """Return the known answer that the last assistant turn gave; the right one if none is found."""
    turns = [m.content for m in request.messages if m.role == "assistant"]
    last = turns[-1] if turns else ""
    finals = FINAL_LINE.findall(last)
    for text in ([finals[-1]] if finals else []) + [last]:
        found = [answer for answer in (fact.right, *fact.wrong) if _names(text, answer)]
        if found:
            return max(found, key=len)
    return finals[-1].strip() if finals else fact.right


def _names(text: str, answer: str) -> bool:
    pattern = rf"(?<!\w){re.escape(squeezed(answer))}(?!\w)"
    return re.search(pattern, squeezed(text), re.IGNORECASE) is not None
