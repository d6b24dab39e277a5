from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.capabilities import Capabilities, capabilities_of, vanished
from tests.factories import a_failure, a_sample, an_item

if TYPE_CHECKING:
    from evals.records import SampleRecord

SENT = {"temperature": 0, "max_tokens": 1, "logprobs": True, "top_logprobs": 2}
CHANCES = {"yes": -0.4, " no": -1.5}


def replies(count: int = 10, **overrides: Any) -> list[SampleRecord]:
    return [
        a_sample(
            an_item(number),
            **{
                "text": "yes",
                "output_tokens": 1,
                "top_logprobs": CHANCES,
                "sent_parameters": SENT,
                **overrides,
            },
        )
        for number in range(count)
    ]


def refusal(error: str) -> list[SampleRecord]:
    return replies(
        1, text=None, error=error, top_logprobs=None, score=a_failure(CallState.API_ERROR)
    )


def test_what_was_asked_and_came_is_there() -> None:
    assert capabilities_of(replies()) == Capabilities(
        logprobs=True, temperature=True, one_token=True
    )


def test_what_was_not_asked_is_unknown() -> None:
    plain = replies(top_logprobs=None, sent_parameters={"max_tokens": 300}, output_tokens=40)
    assert capabilities_of(plain) == Capabilities()


def test_logprobs_that_were_asked_and_never_came_are_not_there() -> None:
    assert capabilities_of(replies(top_logprobs=None)).logprobs is False


def test_an_unlikely_token_at_temperature_0_says_that_it_is_not_honoured() -> None:
    assert capabilities_of([*replies(), *replies(1, text="no")]).temperature is False


def test_a_few_likely_tokens_prove_no_temperature() -> None:
    assert capabilities_of(replies(9)).temperature is None


def test_a_reply_of_several_tokens_says_that_one_is_not_allowed() -> None:
    assert capabilities_of(replies(output_tokens=16)).one_token is False


@pytest.mark.parametrize(
    ("error", "name"),
    [
        ("logprobs are not supported with this model", "logprobs"),
        ("Unsupported parameter: 'temperature'", "temperature"),
        ("max_output_tokens: integer below minimum value of 16", "one_token"),
    ],
)
def test_an_error_that_names_a_parameter_refuses_it(error: str, name: str) -> None:
    found = capabilities_of(refusal(error))
    assert getattr(found, name) is False
    assert [found.logprobs, found.temperature, found.one_token].count(None) == 2


def test_a_storm_says_nothing() -> None:
    assert capabilities_of(refusal("429 Too Many Requests")) == Capabilities()


def test_only_what_was_there_can_vanish() -> None:
    there = Capabilities(logprobs=True, temperature=False)
    gone = Capabilities(logprobs=False, temperature=False, one_token=False)
    assert vanished(gone, [there, Capabilities()]) == ("logprobs",)
    assert vanished(Capabilities(), [there]) == ()
    assert vanished(gone, []) == ()
