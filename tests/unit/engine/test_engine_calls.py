"""One call: waits before retries, the rate limit, and how a failure is told."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import anyio
import httpx2
import openai
import pytest
from inspect_ai.util import LimitExceededError
from tenacity import AsyncRetrying, RetryError, stop_after_attempt

from evals.call_state import CallState
from evals.engine.provider import PoliteWait
from evals.engine.rate_limit import RateLimit
from evals.tasks.conversation import Conversation
from evals.tasks.failure import call_failure
from tests.factories import an_item

if TYPE_CHECKING:
    from tenacity.wait import wait_base

REQUEST = httpx2.Request("POST", "http://endpoint/v1/chat/completions")


class FakeClock:
    """Stands in for anyio: sleeping moves the clock."""

    def __init__(self) -> None:
        self.now = 100.0

    def current_time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    fake = FakeClock()
    monkeypatch.setattr("evals.engine.rate_limit.anyio", fake)
    return fake


def _too_many(**headers: str) -> openai.RateLimitError:
    response = httpx2.Response(429, headers=headers, request=REQUEST)
    return openai.RateLimitError("too many", response=response, body=None)


def _wait(error: Exception, *, attempt: int = 1) -> float:
    outcome = SimpleNamespace(exception=lambda: error)
    state = SimpleNamespace(outcome=outcome, attempt_number=attempt)
    wait: wait_base = PoliteWait(random.Random(1), RateLimit(None))  # noqa: S311 - jitter
    return wait(cast("Any", state))


def _turns(limit: RateLimit, clock: FakeClock, count: int) -> list[float]:
    async def take() -> list[float]:
        times = []
        for _ in range(count):
            await limit.wait()
            times.append(clock.now)
        return times

    return anyio.run(take)


def test_requests_are_spaced_evenly_from_the_first_on(clock: FakeClock) -> None:
    assert _turns(RateLimit(120), clock, 4) == [100.0, 100.5, 101.0, 101.5]


def test_a_pause_earns_no_burst(clock: FakeClock) -> None:
    limit = RateLimit(60)
    _turns(limit, clock, 1)
    clock.now += 30
    assert _turns(limit, clock, 2) == [130.0, 131.0]


def test_a_retry_takes_a_turn_so_that_the_rate_stays(clock: FakeClock) -> None:
    limit = RateLimit(60)
    _turns(limit, clock, 1)
    limit.count_retry()
    assert _turns(limit, clock, 1) == [102.0]


def test_without_a_limit_nobody_waits(clock: FakeClock) -> None:
    assert _turns(RateLimit(None), clock, 3) == [100.0] * 3


def test_retry_after_is_honoured() -> None:
    assert _wait(_too_many(**{"retry-after": "42"})) == 42


def test_retry_after_is_honoured_beyond_the_longest_backoff_but_not_for_ever() -> None:
    assert _wait(_too_many(**{"retry-after": "300"})) == 300
    assert _wait(_too_many(**{"retry-after": "86400"})) == 600


@pytest.mark.parametrize("header", [{}, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}])
def test_without_seconds_to_wait_the_backoff_doubles_up_to_a_minute(header: dict[str, str]) -> None:
    waits = [_wait(_too_many(**header), attempt=attempt) for attempt in range(1, 12)]
    assert 0.5 <= waits[0] <= 1.0
    assert 1.0 <= waits[1] <= 2.0
    assert max(waits) == 60


def test_a_failure_is_told_in_the_provider_s_words_not_the_retrier_s() -> None:
    async def fail() -> None:
        async for attempt in AsyncRetrying(stop=stop_after_attempt(1)):
            with attempt:
                raise _too_many()

    with pytest.raises(RetryError) as caught:
        anyio.run(fail)
    failure = call_failure(caught.value)
    assert failure.state is CallState.API_ERROR
    assert failure.words == "RateLimitError: too many"


def test_a_connection_error_names_its_cause() -> None:
    error = openai.APIConnectionError(request=REQUEST)
    error.__cause__ = ConnectionRefusedError("connection refused")
    assert "refused" in call_failure(error).words


def test_a_time_out_is_a_state_of_its_own() -> None:
    assert call_failure(openai.APITimeoutError(REQUEST)).state is CallState.TIMEOUT


def test_what_a_provider_says_is_cut_to_500_characters() -> None:
    assert len(call_failure(ValueError("x" * 9000)).words) == 500


def test_inspect_s_own_stop_signal_is_never_taken_for_a_failed_call() -> None:
    async def stop() -> None:
        raise LimitExceededError("token", value=2, limit=1)

    conversation = Conversation(before_call=stop)
    with pytest.raises(LimitExceededError):
        anyio.run(conversation.ask, an_item(1), [])
