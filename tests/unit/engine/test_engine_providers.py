"""Providers: one failure is one request, and what Inspect misses is said in a sentence."""

from __future__ import annotations

import pytest

from evals.endpoint import Endpoint
from evals.engine.plan import Asked, Secret
from evals.engine.provider import open_model
from evals.engine.rate_limit import RateLimit
from evals.errors import EngineError

NOWHERE = "http://127.0.0.1:9/v1"
RETRYING = [
    "anthropic/claude-x",
    "deepseek/x",
    "fireworks/x",
    "hf-inference-providers/x",
    "llama-cpp-python/x",
    "meta/x",
    "moonshot/x",
    "ollama/x",
    "openai-api-completions/service/x",
    "openai-api/service/x",
    "openai/gpt-x",
    "openrouter/x/y",
    "perplexity/x",
    "sambanova/x",
    "together/x",
]
"""Those whose SDK retries by itself and can be opened here; groq's needs a package of its own."""


def asked(model: str, key: str | None = "k-0123456789") -> Asked:
    endpoint = Endpoint(model=model, base_url=NOWHERE, allow_alias=True)
    return Asked(endpoint=endpoint, key=Secret(value=key))


@pytest.mark.parametrize("model", RETRYING)
def test_no_sdk_retries_behind_our_back_not_even_a_client_that_is_built_anew(model: str) -> None:
    api = open_model(asked(model), seed="s", rate_limit=RateLimit(None)).api
    assert api.client.max_retries == 0  # type: ignore[attr-defined]  # each of these has one
    api.initialize()
    assert api.client.max_retries == 0  # type: ignore[attr-defined]  # as above


def test_a_client_that_is_built_at_the_first_call_does_not_retry_either() -> None:
    api = open_model(asked("vllm/x"), seed="s", rate_limit=RateLimit(None)).api
    assert api._create_client.__name__ == "create_patient"  # type: ignore[attr-defined]  # no call is made here


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("together/x", "together/x cannot be asked: .* No TOGETHER_API_KEY defined"),
        ("nonsense/x", "nonsense/x cannot be asked: Model API nonsense .* not recognized"),
        ("azureai/x", "AzureAI API requires .* pip install azure-ai-inference"),
    ],
)
def test_what_inspect_misses_is_said_without_its_markup(
    model: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOGETHER_API_KEY", raising=False)
    with pytest.raises(EngineError, match=sentence) as refused:
        open_model(asked(model, key=None), seed="s", rate_limit=RateLimit(None))
    assert "[" not in str(refused.value)
