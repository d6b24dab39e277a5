from __future__ import annotations

from evals.golden_set import ChatMessage
from evals.simulator.answering import reply
from evals.simulator.chat import ChatRequest
from evals.simulator.draw import Dice
from evals.simulator.fact import Fact
from evals.simulator.persona import Persona
from evals.simulator.tokens import input_tokens
from evals.simulator.window import within

FACT = Fact(item="gate", right="K7Q2M4", wrong=("something else",))
RAIN = "The rain went on. " * 50


def asked(*parts: str) -> ChatRequest:
    return ChatRequest(model="sim-1", messages=(ChatMessage(role="user", content=" ".join(parts)),))


def answer(request: ChatRequest, window_tokens: int | None) -> tuple[str, int]:
    dice = Dice(seed=1, persona="base", item="gate", occurrence=0)
    persona = Persona(window_tokens=window_tokens, verbosity=0)
    said = reply(persona, request, dice, fact=FACT)
    return said.text, said.input_tokens


def test_what_is_dropped_is_neither_counted_nor_known() -> None:
    early = asked("The code is K7Q2M4.", RAIN)
    assert answer(early, None) == ("K7Q2M4", input_tokens(early.messages))
    assert answer(early, 100) == ("something else", 100)


def test_the_end_of_a_long_prompt_is_still_read() -> None:
    assert answer(asked(RAIN, "The code is K7Q2M4."), 100) == ("K7Q2M4", 100)


def test_what_was_never_in_the_prompt_is_not_lost_with_it() -> None:
    assert answer(asked(RAIN), 100)[0] == "K7Q2M4"


def test_a_prompt_that_fits_is_read_as_it_is() -> None:
    messages = asked(RAIN).messages
    assert within(messages, 10_000) is messages
