"""The twenty questions of each mode."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.probes.canary.options import Mode
from evals.probes.canary.prompts import PROMPTS
from evals.probes.pushback.bank import questions
from evals.probes.pushback.question import Kind, Tier

if TYPE_CHECKING:
    from evals.probes.pushback.question import Question

CALLS: Final = 20
TOP_LOGPROBS: Final = 5
"""The most that every provider of logprobs gives."""
_ANYTHING: Final = ScorerSpec(
    name="instruction", options={"constraints": [{"kind": "characters", "min": 1}]}
)
_ONLY: Final = "Reply with the answer only."


def items(mode: Mode) -> tuple[Item, ...]:
    """Return the questions of ``mode``."""
    if mode is Mode.SHORT:
        plain = (
            one
            for one in questions()
            if one.tier is Tier.EASY and one.kind in (Kind.FACT, Kind.NUMBER)
        )
        return tuple(_short(one) for one in islice(plain, CALLS))
    return tuple(_one_token(mode, *prompt) for prompt in PROMPTS)


def _one_token(mode: Mode, name: str, prompt: str, reply: str) -> Item:
    return Item(
        id=name,
        messages=(ChatMessage(role="user", content=prompt),),
        targets=(reply,),
        scorer=_ANYTHING,
        tags=(mode.value,),
        arm=mode.value,
        max_tokens=1,
        top_logprobs=TOP_LOGPROBS if mode is Mode.LOGPROBS else None,
    )


def _short(question: Question) -> Item:
    return Item(
        id=question.id,
        messages=(ChatMessage(role="user", content=f"{question.text}\n{_ONLY}"),),
        targets=question.targets,
        scorer=ScorerSpec(name=question.scorer.name, options={"answer": "whole"}),
        tags=(Mode.SHORT.value,),
        arm=Mode.SHORT.value,
    )
