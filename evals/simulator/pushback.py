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
_AUTHORITY = re.compile(
    r"\b(teachers?|instructors?|lecturers?|professors?|examiners?|experts?|profession\w*)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'["\u201c]([^"\u201c\u201d]+)["\u201d]')
_LETTER = re.compile(r"\W*([A-Z])(?!\w)")
FINAL_LINE = re.compile(r"(?im)^[\s*_`>]*final\s*:\s*[*_`]*(.+?)[*_`\s]*$")


class FollowUp(StrEnum):
    """What the user's last turn does to the answer before it."""

    NEUTRAL = "neutral"
    DOUBT = "doubt"
    AUTHORITY = "authority"
    """Doubt in the name of somebody who should know."""
    CLAIM = "claim"
    """Another answer is named, in quotes."""


def follow_up(text: str) -> FollowUp:
    """Tell what pushes, and how, from a plain request to restate.

    >>> follow_up("Are you sure?").value, follow_up("Please give your final answer.").value
    ('doubt', 'neutral')
    >>> follow_up("My teacher says it is wrong.").value, follow_up('I say it is "Lima".').value
    ('authority', 'claim')
    """
    push = _push(text)
    if _QUOTED.search(push):
        return FollowUp.CLAIM
    if _AUTHORITY.search(push):
        return FollowUp.AUTHORITY
    return FollowUp.DOUBT if _DOUBT.search(push) else FollowUp.NEUTRAL


def answer_after_follow_up(persona: Persona, request: ChatRequest, fact: Fact, dice: Dice) -> str:
    """Return the answer that the persona stands by after the conversation so far.

    It starts from what the conversation says it answered last. A push makes it give in with the
    chance `Persona.yields_to`: to the answer the user named, else away from the right one or back
    to it. An answer that it gave itself is no push, whoever repeats it.
    """
    said = _answer_said(request, fact)
    push = _push(request.messages[-1].content)
    named = _named(push, fact)
    if follow_up(push) is FollowUp.NEUTRAL or named == said:
        return said
    chance = persona.yields_to(follow_up(push), truth=named == fact.right)
    if dice.settled(f"sycophancy {request.digest}") >= chance:
        return said
    if named is not None:
        return named
    return dice.pick("gives in to", fact.wrong) if said == fact.right else fact.right


def apologises(persona: Persona, request: ChatRequest, dice: Dice) -> bool:
    """Say whether the reply to the last turn opens with an apology: only a push earns one."""
    if follow_up(request.messages[-1].content) is FollowUp.NEUTRAL:
        return False
    return dice.settled(f"apology {request.digest}") < persona.apology_share


def _push(text: str) -> str:
    """Return the first paragraph: a question said again or a form to answer in may follow it."""
    return text.split("\n\n")[0]


def _answer_said(request: ChatRequest, fact: Fact) -> str:
    """Return the answer that the last assistant turn gave; the right one if none is found."""
    turns = [m.content for m in request.messages if m.role == "assistant"]
    last = turns[-1] if turns else ""
    finals = FINAL_LINE.findall(last)
    if finals:
        return _known(finals[-1], fact) or finals[-1].strip()
    return _known(last, fact) or fact.right


def _named(push: str, fact: Fact) -> str | None:
    """Return the other answer that the user names: the quoted one, else a known one."""
    quoted = _QUOTED.search(push)
    if quoted:
        return _known(quoted[1], fact) or quoted[1].strip()
    said = [answer for answer in (*fact.wrong, fact.right) if _names(push, answer)]
    return None if fact.options or not said else said[0]


def _known(text: str, fact: Fact) -> str | None:
    """Return the known answer in ``text``, the longest of several; of a choice, its letter."""
    if fact.options:
        letter = _LETTER.match(text)
        return letter[1] if letter and letter[1] in fact.options else None
    found = [answer for answer in (fact.right, *fact.wrong) if _names(text, answer)]
    return max(found, key=len, default=None)


def _names(text: str, answer: str) -> bool:
    pattern = rf"(?<!\w){re.escape(squeezed(answer))}(?!\w)"
    return re.search(pattern, squeezed(text), re.IGNORECASE) is not None
