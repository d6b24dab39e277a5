from __future__ import annotations

import pytest

from evals.alias import pinned_name_advice


@pytest.mark.parametrize(
    "model",
    [
        "openai/gpt-4o",
        "openai/gpt-5",
        "openai/o3",
        "openai/chatgpt-4o-latest",
        "anthropic/claude-sonnet-4-5",
        "anthropic/claude-3-5-sonnet-latest",
        "google/gemini-2.5-pro",
        "mistral/mistral-large-latest",
        "mistral/mistral-large",
        "openrouter/openai/gpt-4o",
        "openrouter/deepseek/deepseek-chat",
        "openrouter/x-ai/grok-4",
        "azureai/gpt-4o",
        "openai-api/gateway/some-model:latest",
    ],
)
def test_a_floating_alias_is_told_what_to_write_instead(model: str) -> None:
    advice = pinned_name_advice(model)
    assert advice is not None
    assert advice.startswith(model.rsplit("/", 1)[0])


@pytest.mark.parametrize(
    "model",
    [
        "openai/gpt-4o-2024-08-06",
        "openai/gpt-4-0613",
        "openai/gpt-4-1106-preview",
        "openai/gpt-4-0125-preview",
        "anthropic/claude-sonnet-4-5-20250929",
        "google/gemini-2.0-flash-001",
        "mistral/mistral-large-2411",
        "openai-api/local/gpt-neo",
        "openai-api/mine/gpt-4o",
        "openrouter/deepseek/deepseek-chat-v3-0324:free",
        "grok/grok-4-0709",
        "groq/openai/gpt-oss-120b",
        "groq/mistral-saba-24b",
        "ollama/gpt-oss:20b",
        "ollama/llama3.1:8b",
    ],
)
def test_a_dated_name_or_a_server_of_ones_own_is_taken_at_its_word(model: str) -> None:
    assert pinned_name_advice(model) is None


@pytest.mark.parametrize(
    ("floating", "example"),
    [
        ("openai/o3", "o3-2025-04-16"),
        ("openai/gpt-5", "gpt-5-2025-08-07"),
        ("openai/gpt-4o", "gpt-4o-2024-08-06"),
        ("openai/chatgpt-4o-latest", "gpt-4o-2024-08-06"),
        ("anthropic/claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
        ("anthropic/claude-3-5-sonnet-latest", "claude-3-5-sonnet-20241022"),
        ("google/gemini-2.0-flash", "gemini-2.0-flash-001"),
        ("mistral/mistral-large-latest", "mistral-large-2411"),
    ],
)
def test_the_example_is_a_name_of_the_same_model(floating: str, example: str) -> None:
    assert str(pinned_name_advice(floating)).endswith(f", such as {example}")


def test_a_model_whose_dated_name_we_do_not_know_gets_the_form_of_one() -> None:
    advice = "openai/gpt-9-YYYY-MM-DD, the dated name of the version you mean"
    assert pinned_name_advice("openai/gpt-9") == advice


@pytest.mark.parametrize("host", ["api.openai.com", "eu.api.openai.com"])
def test_a_maker_s_own_address_is_no_server_of_one_s_own(host: str) -> None:
    assert pinned_name_advice("openai-api/x/gpt-4o", f"https://{host}/v1") is not None
    assert pinned_name_advice("openai-api/x/gpt-4o", f"https://{host}.mine.example/v1") is None
