"""Each fault as the real clients see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anthropic
import openai
import pytest

from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from tests.unit.simulator.factories_simulator import capital_items

if TYPE_CHECKING:
    from collections.abc import Iterator

ITEMS = capital_items()
QUESTION = ITEMS[0].messages[0].content


@pytest.fixture(scope="module")
def served() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


@pytest.fixture
def simulator(served: RunningSimulator) -> Iterator[RunningSimulator]:
    yield served
    served.behave(faults=[])


def _ask(simulator: RunningSimulator, *, retries: int = 0, timeout: float = 20) -> str | None:
    with openai.OpenAI(
        base_url=simulator.openai_base_url, api_key="k", max_retries=retries, timeout=timeout
    ) as client:
        completion = client.chat.completions.create(
            model="sim-1", messages=[{"role": "user", "content": QUESTION}]
        )
    return completion.choices[0].message.content


def _stream(simulator: RunningSimulator) -> str:
    with openai.OpenAI(
        base_url=simulator.openai_base_url, api_key="k", max_retries=0, timeout=20
    ) as client:
        chunks = client.chat.completions.create(
            model="sim-1", messages=[{"role": "user", "content": QUESTION}], stream=True
        )
        return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


def _ask_anthropic(simulator: RunningSimulator) -> anthropic.types.Message:
    with anthropic.Anthropic(
        base_url=simulator.anthropic_base_url, api_key="k", max_retries=0, timeout=20
    ) as client:
        return client.messages.create(
            model="sim-1", max_tokens=50, messages=[{"role": "user", "content": QUESTION}]
        )


def test_a_429_says_when_to_come_back(simulator: RunningSimulator) -> None:
    simulator.behave(faults=[{"kind": "rate_limit", "retry_after_seconds": 7}])
    with pytest.raises(openai.RateLimitError) as caught:
        _ask(simulator)
    assert caught.value.response.headers["retry-after"] == "7"
    with pytest.raises(anthropic.RateLimitError):
        _ask_anthropic(simulator)


def test_a_client_that_retries_gets_through_a_counted_storm(simulator: RunningSimulator) -> None:
    before = len(simulator.requests)
    simulator.behave(faults=[{"kind": "rate_limit", "count": 2, "retry_after_seconds": 0.01}])
    assert _ask(simulator, retries=3)
    assert len(simulator.requests) - before == 3


def test_a_server_error_is_a_500(simulator: RunningSimulator) -> None:
    simulator.behave(faults=[{"kind": "server_error"}])
    with pytest.raises(openai.InternalServerError):
        _ask(simulator)
    with pytest.raises(anthropic.InternalServerError):
        _ask_anthropic(simulator)


def test_a_hanging_request_runs_into_the_clients_timeout(simulator: RunningSimulator) -> None:
    simulator.behave(faults=[{"kind": "timeout"}])
    with pytest.raises(openai.APITimeoutError):
        _ask(simulator, timeout=0.2)


def test_a_cut_answer_is_a_broken_connection(simulator: RunningSimulator) -> None:
    simulator.behave(faults=[{"kind": "cut"}])
    with pytest.raises(openai.APIConnectionError):
        _ask(simulator)
    with pytest.raises(anthropic.APIConnectionError):
        _ask_anthropic(simulator)


def test_a_cut_stream_breaks_off(simulator: RunningSimulator) -> None:
    simulator.behave(faults=[{"kind": "cut"}])
    with pytest.raises(openai.APIConnectionError):
        _stream(simulator)


def test_garbage_is_no_answer(simulator: RunningSimulator) -> None:
    simulator.behave(faults=[{"kind": "garbage"}])
    with pytest.raises(ValueError, match="Expecting value"):
        _ask(simulator)


def test_an_empty_answer_is_an_answer_without_text(simulator: RunningSimulator) -> None:
    simulator.behave(faults=[{"kind": "empty"}])
    assert _ask(simulator) == ""
    assert _stream(simulator) == ""
    assert _ask_anthropic(simulator).content == []


def test_a_slow_answer_is_late_but_whole(simulator: RunningSimulator) -> None:
    simulator.behave(faults=[{"kind": "slow", "delay_seconds": 0.3}])
    with pytest.raises(openai.APITimeoutError):
        _ask(simulator, timeout=0.1)
    assert _ask(simulator)
