"""The pure heart: a request and its draws go in, one reply comes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals.golden_set import ChatMessage
from evals.simulator.chat import Finish, Reply
from evals.simulator.pushback import answer_after_follow_up, apologises
from evals.simulator.tokens import input_tokens, logprobs, tokens
from evals.simulator.window import hides, within
from evals.simulator.wording import APOLOGY, REFUSAL, UNKNOWN, worded

if TYPE_CHECKING:
    from evals.simulator.chat import ChatRequest
    from evals.simulator.draw import Dice
    from evals.simulator.fact import Fact
    from evals.simulator.persona import Persona


def reply(
    persona: Persona,
    request: ChatRequest,
    dice: Dice,
    *,
    fact: Fact | None = None,
    turns_since: int = 0,
    recorded: str | None = None,
) -> Reply:
    """Answer ``request`` as ``persona``.

    Args:
        persona: Who answers.
        request: What is asked.
        dice: The draws of this ask; the same dice give the same reply.
        fact: What is known about the item; None for an unknown prompt.
        turns_since: User turns after the one that asked for ``fact``.
        recorded: An answer to replay word for word instead of making one up.
    """
    text, finish = _said(persona, request, dice, fact, turns_since, recorded)
    text, finish = _cut(text, finish, persona, request, dice)
    wanted = request.top_logprobs if persona.gives_logprobs else None
    return Reply(
        text=text,
        finish=finish,
        served_model=persona.served_model or request.model,
        fingerprint=persona.fingerprint,
        input_tokens=input_tokens(_read_by(persona, request)),
        output_tokens=len(tokens(text)),
        logprobs=()
        if wanted is None
        else logprobs(text, dice, alternatives=wanted, shift=persona.logprob_shift),
        item=fact.item if fact else None,
    )


def _read_by(persona: Persona, request: ChatRequest) -> tuple[ChatMessage, ...]:
    told = request.messages
    if persona.hidden_system_prompt is not None:
        told = (ChatMessage(role="system", content=persona.hidden_system_prompt), *told)
    return within(told, persona.window_tokens)


def _said(
    persona: Persona,
    request: ChatRequest,
    dice: Dice,
    fact: Fact | None,
    turns_since: int,
    recorded: str | None,
) -> tuple[str, Finish]:
    if dice.settled("filter") < persona.filter_share:
        return "", Finish.FILTERED
    if dice.settled("refusal") < persona.refusal_share:
        return REFUSAL, Finish.STOP
    if recorded is not None:
        return recorded, Finish.STOP
    answer = _answer(persona, request, dice, fact, turns_since)
    wants_final = request.wants_final and not (fact and fact.stands_alone)
    text = worded(answer, persona, dice, wants_final=wants_final)
    if wants_final and turns_since and apologises(persona, request, dice):
        text = f"{APOLOGY}\n{text}"
    if dice.fresh("rewording") < persona.rewording:
        text = f"{dice.occurrence + 1}) {text}"
    return text, Finish.STOP


def _answer(
    persona: Persona, request: ChatRequest, dice: Dice, fact: Fact | None, turns_since: int
) -> str:
    if fact is None:
        return UNKNOWN
    if fact.parts:
        return _list(persona, fact, dice)
    if turns_since:
        return answer_after_follow_up(persona, request, fact, dice)
    if fact.options and dice.settled("position") < persona.position_bias:
        return fact.options[0]
    if UNKNOWN in request.text and dice.settled("caution") < persona.caution:
        return UNKNOWN
    if hides(fact.right, request.messages, within(request.messages, persona.window_tokens)):
        return dice.pick("mistake", fact.wrong)
    return _known(persona, fact, dice)


def _known(persona: Persona, fact: Fact, dice: Dice) -> str:
    if dice.settled("skill") < persona.skill_on(fact):
        return fact.right
    return dice.pick("mistake", fact.wrong)


def _list(persona: Persona, fact: Fact, dice: Dice) -> str:
    """Answer many questions, one a line; each has draws of its own, though all were one call."""
    may_omit = persona.omission_share if len(fact.parts) > 1 else 0.0
    lines = []
    for place, part in fact.parts:
        own = replace(dice, item=part.item)
        if own.settled("omission") >= may_omit:
            lines.append(f"{place}: {_known(persona, part, own)}")
    return "\n".join(lines)


def _cut(
    text: str, finish: Finish, persona: Persona, request: ChatRequest, dice: Dice
) -> tuple[str, Finish]:
    pieces = tokens(text)
    most = request.max_tokens if request.max_tokens is not None else len(pieces)
    if dice.settled("truncation") < persona.truncation_share:
        most = min(most, len(pieces) // 2)
    if len(pieces) <= most:
        return text, finish
    return "".join(pieces[:most]), Finish.LENGTH
