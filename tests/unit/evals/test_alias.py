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
        "openrouter/openai/gpt-4o",
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
        "openai/gpt-4-1106-preview-2023-11-06",
        "anthropic/claude-sonnet-4-5-20250929",
        "google/gemini-2.0-flash-001",
        "mistral/mistral-large-2411",
        "openai-api/local/gpt-neo",
        "ollama/llama3.1:8b",
    ],
)
def test_a_dated_name_or_a_server_of_ones_own_is_taken_at_its_word(model: str) -> None:
    assert pinned_name_advice(model) is None
