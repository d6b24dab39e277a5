"""The simulator through the clients that the engine uses."""

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

    from openai.types.chat import ChatCompletion, ChatCompletionChunk

ITEMS = capital_items()
QUESTION = ITEMS[0].messages[0].content
ANSWER = "FINAL: Paris"
KEY = "a-key-that-must-not-be-kept"


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    config = SimulatorConfig(knowledge=knowledge_of(ITEMS), seed=1, models=("sim-1", "sim-2"))
    with running_simulator(config) as running:
        running.behave(verbosity=0)
        yield running


@pytest.fixture
def openai_client(simulator: RunningSimulator) -> Iterator[openai.OpenAI]:
    url = simulator.openai_base_url
    with openai.OpenAI(base_url=url, api_key=KEY, max_retries=0, timeout=20) as client:
        yield client


@pytest.fixture
def anthropic_client(simulator: RunningSimulator) -> Iterator[anthropic.Anthropic]:
    url = simulator.anthropic_base_url
    with anthropic.Anthropic(base_url=url, api_key=KEY, max_retries=0, timeout=20) as client:
        yield client


def _ask(client: openai.OpenAI, **more: int | bool) -> ChatCompletion:
    answer: ChatCompletion = client.chat.completions.create(
        model="sim-1",
        messages=[{"role": "user", "content": QUESTION}],
        **more,  # type: ignore[call-overload]  # a test's extra parameters are not spelled out
    )
    return answer


def _stream(client: openai.OpenAI) -> list[ChatCompletionChunk]:
    return list(
        client.chat.completions.create(
            model="sim-1",
            messages=[{"role": "user", "content": QUESTION}],
            stream=True,
            stream_options={"include_usage": True},
        )
    )


def test_an_openai_completion_has_text_usage_model_and_fingerprint(
    openai_client: openai.OpenAI,
) -> None:
    completion = _ask(openai_client)
    choice = completion.choices[0]
    assert (choice.message.content, choice.finish_reason) == (ANSWER, "stop")
    assert (completion.model, completion.system_fingerprint) == ("sim-1", "fp_simulator")
    assert completion.usage is not None
    assert completion.usage.total_tokens == (
        completion.usage.prompt_tokens + completion.usage.completion_tokens
    )
    assert choice.logprobs is None


def test_openai_logprobs_come_with_their_candidates(openai_client: openai.OpenAI) -> None:
    logprobs = _ask(openai_client, logprobs=True, top_logprobs=3).choices[0].logprobs
    assert logprobs is not None
    assert logprobs.content is not None
    assert "".join(entry.token for entry in logprobs.content) == ANSWER
    assert {len(entry.top_logprobs) for entry in logprobs.content} == {3}


def test_an_openai_stream_joins_to_the_same_answer_and_ends_with_usage(
    openai_client: openai.OpenAI,
) -> None:
    whole, chunks = _ask(openai_client), _stream(openai_client)
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage
    assert chunks[-2].choices[0].finish_reason == "stop"


def test_openai_finish_reasons_tell_length_and_filter_apart(
    openai_client: openai.OpenAI, simulator: RunningSimulator
) -> None:
    short = _ask(openai_client, max_completion_tokens=2).choices[0]
    simulator.behave(filter_share=1.0)
    filtered = _ask(openai_client).choices[0]
    assert (short.finish_reason, filtered.finish_reason) == ("length", "content_filter")


def test_the_models_are_listed(openai_client: openai.OpenAI) -> None:
    assert [model.id for model in openai_client.models.list()] == ["sim-1", "sim-2"]


@pytest.mark.parametrize(
    "body",
    [{"messages": []}, {"messages": "hi"}, {"messages": [{"role": "user", "content": [{}]}]}],
)
def test_a_body_that_is_no_request_is_refused(
    openai_client: openai.OpenAI, body: dict[str, object]
) -> None:
    with pytest.raises(openai.BadRequestError):
        openai_client.post("/chat/completions", body={"model": "sim-1", **body}, cast_to=object)


def test_an_anthropic_message_has_text_usage_and_stop_reason(
    anthropic_client: anthropic.Anthropic,
) -> None:
    message = anthropic_client.messages.create(
        model="sim-1", max_tokens=100, messages=[{"role": "user", "content": QUESTION}]
    )
    assert [(block.type, getattr(block, "text", "")) for block in message.content] == [
        ("text", ANSWER)
    ]
    assert (message.model, message.stop_reason) == ("sim-1", "end_turn")
    assert message.usage.input_tokens > message.usage.output_tokens > 0


def test_an_anthropic_system_prompt_is_read_and_counted(
    anthropic_client: anthropic.Anthropic, simulator: RunningSimulator
) -> None:
    system = [{"type": "text", "text": "Be brief."}]
    anthropic_client.messages.create(
        model="sim-1",
        max_tokens=100,
        system=system,  # type: ignore[arg-type]  # a list of dicts is what goes over the line
        messages=[{"role": "user", "content": [{"type": "text", "text": QUESTION}]}],
    )
    assert [m.role for m in simulator.requests[0].request.messages] == ["system", "user"]


def test_an_anthropic_stream_adds_up_to_the_message(
    anthropic_client: anthropic.Anthropic,
) -> None:
    with anthropic_client.messages.stream(
        model="sim-1", max_tokens=2, messages=[{"role": "user", "content": QUESTION}]
    ) as stream:
        message = stream.get_final_message()
    assert message.stop_reason == "max_tokens"
    assert message.usage.output_tokens == 2
    assert ANSWER.startswith(getattr(message.content[0], "text", "?"))


def test_both_protocols_reach_the_same_mind(
    openai_client: openai.OpenAI,
    anthropic_client: anthropic.Anthropic,
    simulator: RunningSimulator,
) -> None:
    simulator.behave(skill=0.0, verbosity=2)
    said = _ask(openai_client).choices[0].message.content
    message = anthropic_client.messages.create(
        model="sim-1", max_tokens=100, messages=[{"role": "user", "content": QUESTION}]
    )
    assert getattr(message.content[0], "text", "?") == said


def test_keys_are_never_kept(openai_client: openai.OpenAI, simulator: RunningSimulator) -> None:
    _ask(openai_client)
    assert KEY not in repr(simulator.requests)
    assert simulator.requests[0].body["model"] == "sim-1"


def test_behaviour_changes_through_the_admin_route(
    openai_client: openai.OpenAI, simulator: RunningSimulator
) -> None:
    admin = f"{simulator.url}/_simulator/behaviour"
    after = openai_client.post(admin, body={"fingerprint": "fp_2"}, cast_to=object)
    assert isinstance(after, dict)
    assert after["persona"]["fingerprint"] == "fp_2"
    assert _ask(openai_client).system_fingerprint == "fp_2"
    with pytest.raises(openai.BadRequestError, match="fingerprnt"):
        openai_client.post(admin, body={"fingerprnt": "fp_3"}, cast_to=object)
