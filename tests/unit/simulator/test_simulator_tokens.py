from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from evals.golden_set import ChatMessage
from evals.simulator.tokens import input_tokens, logprobs, tokens
from tests.unit.simulator.factories_simulator import make_dice


@given(st.text())
def test_tokens_join_to_the_text_again(text: str) -> None:
    assert "".join(tokens(text)) == text


def test_the_count_of_a_prompt_is_a_constant_that_every_turn_adds_to() -> None:
    turn = ChatMessage(role="user", content="Is 17 a prime?")
    assert input_tokens([turn]) == input_tokens([turn]) < input_tokens([turn, turn])


def test_logprobs_are_probabilities_and_the_token_leads_its_candidates() -> None:
    entries = logprobs("The answer is 42.", make_dice(), alternatives=4)
    assert "".join(entry.token for entry in entries) == "The answer is 42."
    for entry in entries:
        assert entry.top[0] == (entry.token, entry.logprob)
        assert sum(math.exp(logprob) for _, logprob in entry.top) <= 1.0
        assert list(entry.top) == sorted(entry.top, key=lambda candidate: -candidate[1])


def test_logprobs_repeat_without_noise_and_tremble_with_it() -> None:
    quiet = [logprobs("a b", make_dice(occurrence=k), alternatives=0) for k in (0, 1)]
    noisy = [logprobs("a b", make_dice(occurrence=k, noise=1.0), alternatives=0) for k in (0, 1)]
    assert quiet[0] == quiet[1]
    assert noisy[0] != noisy[1]


def test_other_weights_have_other_logprobs() -> None:
    one, other = (logprobs("a b", make_dice(persona=p), alternatives=0) for p in ("x", "y"))
    assert one != other


def test_a_shift_moves_every_chance_and_leaves_what_is_said_the_likeliest() -> None:
    (still,) = logprobs("yes", make_dice(), alternatives=4)
    (moved,) = logprobs("yes", make_dice(), alternatives=4, shift=1.0)
    assert moved.logprob < still.logprob
    assert all(
        now > before for (_, now), (_, before) in zip(moved.top[1:], still.top[1:], strict=True)
    )
    assert max(moved.top, key=lambda candidate: candidate[1])[0] == "yes"
