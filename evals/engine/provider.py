"""One Inspect model from one endpoint, with nothing hidden: no cache, no secret retries."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from inspect_ai.model import GenerateConfig, Model, ModelOutput, get_model
from tenacity.wait import wait_base

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from inspect_ai.model import ModelCall
    from tenacity import RetryCallState

    from evals.endpoint import Endpoint
    from evals.engine.plan import Asked

# Their SDKs retry twice by themselves, unseen by Inspect: one failure would be three requests.
_SDK_RETRIES_OFF = frozenset({"openai", "openai-api", "anthropic"})
_NOT_PARAMETERS = frozenset({"messages", "input", "prompt", "system", "extra_headers", "model"})
_LONGEST_WAIT_SECONDS = 60.0

SENT_PARAMETERS = "pinwatch_sent_parameters"
SYSTEM_FINGERPRINT = "pinwatch_system_fingerprint"


class _PoliteWait(wait_base):
    """Wait as long as ``Retry-After`` asks, else 0.5 s doubling with jitter; a minute at most."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def __call__(self, retry_state: RetryCallState) -> float:
        outcome = retry_state.outcome
        asked = _retry_after_seconds(outcome.exception() if outcome else None)
        backoff = 0.5 * 2.0 ** (retry_state.attempt_number - 1) * (1 + self._rng.random())
        return min(_LONGEST_WAIT_SECONDS, max(asked, backoff))


def open_model(asked: Asked, *, max_connections: int, seed: str) -> Model:
    """Build the model of ``asked``; ``seed`` only spreads the waits between retries."""
    endpoint = asked.endpoint
    model_args: dict[str, Any] = {}
    if endpoint.provider in _SDK_RETRIES_OFF:
        model_args["max_retries"] = 0
    model = get_model(
        endpoint.model,
        base_url=endpoint.base_url,
        # A server without keys still gets a header: the clients insist on sending one.
        api_key=asked.key.value or "unused",
        config=_generate_config(endpoint, max_connections),
        memoize=False,
        **model_args,
    )
    _record_raw_calls(model)
    wait = _PoliteWait(random.Random(seed))  # noqa: S311 - jitter, not cryptography
    model.api.retry_wait = lambda: wait  # type: ignore[method-assign]  # the provider's own hook for this
    return model


def _generate_config(endpoint: Endpoint, max_connections: int) -> GenerateConfig:
    asked_for = endpoint.parameters.requested()
    extra_body = asked_for.pop("extra", None)
    return GenerateConfig(
        **asked_for,
        extra_body=extra_body,
        max_connections=max_connections,
        max_retries=endpoint.limits.max_retries,
        attempt_timeout=endpoint.limits.timeout_seconds,
        cache=False,
        cache_prompt=False,
    )


def _record_raw_calls(model: Model) -> None:
    """Copy what only the raw call shows into the output's metadata.

    Inspect's own log of raw calls stays off (it triples the size of a transcript); the wrapper sits
    on the instance, since that serves every provider alike.
    """
    inner: Callable[..., Awaitable[Any]] = model.api.generate

    async def generate(*args: Any, **kwargs: Any) -> Any:
        result = await inner(*args, **kwargs)
        if isinstance(result, tuple) and isinstance(result[0], ModelOutput):
            output, call = result
            output.metadata = {**(output.metadata or {}), **_revealed(call)}
        return result

    model.api.generate = generate  # type: ignore[method-assign]  # see the docstring


def _revealed(call: ModelCall) -> dict[str, Any]:
    response = call.response if isinstance(call.response, dict) else {}
    sent = {k: v for k, v in call.request.items() if k not in _NOT_PARAMETERS and v is not None}
    return {SENT_PARAMETERS: sent, SYSTEM_FINGERPRINT: response.get("system_fingerprint")}


def _retry_after_seconds(error: BaseException | None) -> float:
    headers = getattr(getattr(error, "response", None), "headers", None)
    try:
        return float(headers["retry-after"]) if headers is not None else 0.0
    except (KeyError, ValueError):
        return 0.0
