from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from evals.endpoint import Endpoint, Limits, Price, pin


def endpoint(**overrides: Any) -> Endpoint:
    return Endpoint(**{"model": "openai/gpt-4o-2024-08-06", **overrides})


def digest(endpoint: Endpoint, **versions: str) -> str:
    return pin(endpoint, client_versions=versions).digest


@pytest.mark.parametrize(
    "choice",
    [
        {"model": "openai/gpt-4o-2024-11-20"},
        {"base_url": "https://elsewhere.example/v1"},
        {"parameters": {"temperature": 0}},
        {"parameters": {"extra": {"top_n": 3}}},
        {"system_prompt": "Be brief."},
    ],
)
def test_everything_that_we_choose_moves_the_pin(choice: dict[str, Any]) -> None:
    assert digest(endpoint(**choice)) != digest(endpoint())


def test_another_client_version_moves_the_pin() -> None:
    assert digest(endpoint(), openai="1") != digest(endpoint(), openai="2")


@pytest.mark.parametrize(
    "aside",
    [
        {"limits": Limits(max_connections=99)},
        {"price": Price(input=1, output=2)},
        {"api_key_env": "ANOTHER_KEY"},
        {"advertised_context_tokens": 128_000},
    ],
)
def test_keys_prices_and_limits_leave_the_pin_alone(aside: dict[str, Any]) -> None:
    assert digest(endpoint(**aside)) == digest(endpoint())


def test_an_alias_is_accepted_when_the_endpoint_says_so() -> None:
    assert endpoint(model="openai/gpt-4o", allow_alias=True).model_name == "gpt-4o"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"model": "gpt-4o-2024-08-06"}, "names no provider"),
        ({"model": "openai/gpt-4o"}, "floating alias"),
        ({"base_url": "localhost:8000"}, "is no URL"),
        ({"model": "openai-api/mine/m"}, "needs a base_url"),
        ({"system_prompt": "a", "system_prompt_file": "b"}, "both set"),
        ({"parameters": {"temperature": -1}}, "greater than or equal to 0"),
    ],
)
def test_a_wrong_endpoint_is_refused_with_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        endpoint(**wrong)


def test_a_server_without_keys_asks_for_no_variable() -> None:
    assert endpoint(model="openai-api/mine/m", base_url="http://x/v1").key_variable is None


def test_a_known_provider_has_its_usual_key_variable() -> None:
    assert endpoint().key_variable == "OPENAI_API_KEY"
