from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from evals.config import parse_config
from evals.endpoint import Endpoint, Limits, Price, pin
from evals.errors import ConfigError


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
    assert endpoint(model="openai/gpt-4o", allow_alias=True).allow_alias


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


@pytest.mark.parametrize(
    ("model", "variable"),
    [
        ("openai/gpt-4o-2024-08-06", "OPENAI_API_KEY"),
        ("hf-inference-providers/m", "HF_TOKEN"),
        ("bedrock/m", None),
        ("anthropic/bedrock/claude-sonnet-4-20250514", None),
        ("somebody-s-plugin/m", None),
    ],
)
def test_a_key_is_asked_for_by_the_provider_s_usual_variable_or_left_to_inspect(
    model: str, variable: str | None
) -> None:
    assert endpoint(model=model).key_variable == variable


SECRET = "hunter2-0123456789"  # noqa: S105 - a made-up one


@pytest.mark.parametrize(
    "base_url",
    [
        f"http://user:{SECRET}@host/v1",
        f"https://{SECRET}@host/v1",
        f"user:{SECRET}@host",
        f"https://host/v1?key={SECRET}",
        f"https://host/v1?api-version=1&api_key={SECRET}",
        f"https://host/v1?access_token={SECRET}",
        f"http://host:{SECRET}/v1",
        f"http://[{SECRET}/v1",
    ],
)
def test_a_secret_in_a_base_url_is_refused_and_not_repeated(base_url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_config(yaml.safe_dump({"endpoints": {"e": {"model": "x/y", "base_url": base_url}}}))
    assert "base_url" in str(refused.value)
    assert SECRET not in str(refused.value)
    with pytest.raises(ValidationError) as invalid:
        endpoint(base_url=base_url)
    assert SECRET not in str(invalid.value)


@pytest.mark.parametrize(
    "base_url", ["http://h:99999", "http://h:abc", "http://h:0", "http:///v1", "http://a b/v1"]
)
def test_an_address_that_no_call_can_reach_is_refused_at_once(base_url: str) -> None:
    with pytest.raises(ValidationError, match="base_url has a wrong host or port"):
        endpoint(base_url=base_url)


@pytest.mark.parametrize(
    "base_url", ["http://[::1]:8000/v1", "https://h/openai?api-version=2024-10-21"]
)
def test_an_address_without_secrets_is_taken(base_url: str) -> None:
    assert endpoint(base_url=base_url).base_url == base_url


@pytest.mark.parametrize(
    "key",
    [
        "sk-abcdefghijklmnop",
        "gsk_abcdefghijklmnop",
        "AIzaSyabcdefghijklmnop",
        "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        "OPENAI-KEY",
        "",
    ],
)
def test_a_key_in_place_of_its_variable_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ValidationError, match="is no name of a variable") as refused:
        endpoint(api_key_env=key)
    assert not key or key not in str(refused.value)
