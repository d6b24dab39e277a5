"""One Inspect model from one endpoint, with nothing hidden: no cache, no secret retries."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

from inspect_ai._util.error import PrerequisiteError
from inspect_ai.event import ModelEvent
from inspect_ai.log import transcript
from inspect_ai.model import BatchConfig, GenerateConfig, Model, ModelOutput, get_model
from tenacity.wait import wait_base

from evals.errors import EngineError
from evals.providers import provider_of
from evals.redaction import redact, redact_error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from inspect_ai.model import ModelCall
    from tenacity import RetryCallState

    from evals.endpoint import Endpoint
    from evals.engine.plan import Asked
    from evals.engine.rate_limit import RateLimit

_NOT_PARAMETERS = frozenset({"messages", "input", "prompt", "system", "extra_headers", "model"})
_LONGEST_BACKOFF_SECONDS = 60.0
_LONGEST_ASKED_SECONDS = 600.0

SENT_PARAMETERS = "pinwatch_sent_parameters"
SYSTEM_FINGERPRINT = "pinwatch_system_fingerprint"


class PoliteWait(wait_base):
    """How long to wait before a retry, in seconds.

    As long as ``Retry-After`` asks, up to ten minutes; else 0.5 s doubling with jitter, up to one.
    """

    def __init__(self, rng: random.Random, rate_limit: RateLimit) -> None:
        self._rng = rng
        self._rate_limit = rate_limit

    def __call__(self, retry_state: RetryCallState) -> float:
        """Return the seconds until the next attempt."""
        self._rate_limit.count_retry()
        outcome = retry_state.outcome
        asked = retry_after_seconds(outcome.exception() if outcome else None)
        backoff = 0.5 * 2.0 ** (retry_state.attempt_number - 1) * (1 + self._rng.random())
        return max(min(asked, _LONGEST_ASKED_SECONDS), min(backoff, _LONGEST_BACKOFF_SECONDS))


def open_model(
    asked: Asked, *, seed: str, rate_limit: RateLimit, batch: BatchConfig | None = None
) -> Model:
    """Build the model of ``asked``; ``seed`` only spreads the waits between retries.

    With ``batch`` it is asked through its provider's batch API, without time-outs of single calls.

    Raises:
        EngineError: Inspect cannot: a package, a key or a setting of the provider is missing.
    """
    model = _model(asked, batch)
    _without_hidden_retries(model)
    _watch_raw_calls(model, asked.key.value)
    wait = PoliteWait(random.Random(seed), rate_limit)  # noqa: S311 - jitter, not cryptography
    model.api.retry_wait = lambda: wait  # type: ignore[method-assign]  # the provider's own hook for this
    return model


def _model(asked: Asked, batch: BatchConfig | None) -> Model:
    endpoint = asked.endpoint
    # A server without keys still gets a header: the clients insist on sending one.
    placeholder = "unused" if provider_of(endpoint.model).own_server else None
    try:
        return get_model(
            endpoint.model,
            base_url=endpoint.base_url,
            api_key=asked.key.value or placeholder,
            config=_generate_config(endpoint, batch),
            memoize=False,
        )
    except (PrerequisiteError, ValueError) as error:
        said = " ".join(re.sub(r"\[/?[a-z]+\]", "", str(error)).split())
        raise EngineError(
            f"{endpoint.model} cannot be asked: {said.removeprefix('ERROR: ').rstrip('.')}",
            fix="Install or set what is missing, or correct the model's name.",
        ) from error


def _without_hidden_retries(model: Model) -> None:
    """Let each failure be one request: the SDKs retry twice by themselves, unseen by Inspect.

    Not every provider hands arguments on to its SDK, and some build their client late or anew, but
    all whose SDK retries build it in one method.
    """
    create: Callable[[], Any] | None = getattr(model.api, "_create_client", None)
    if create is None:
        return

    def create_patient() -> Any:
        client = create()
        _be_patient(client)
        return client

    model.api._create_client = create_patient  # type: ignore[attr-defined]  # noqa: SLF001 - see above
    _be_patient(getattr(model.api, "client", None))


def _be_patient(client: Any) -> None:
    if hasattr(client, "max_retries"):
        client.max_retries = 0


def _generate_config(endpoint: Endpoint, batch: BatchConfig | None) -> GenerateConfig:
    asked_for = endpoint.parameters.requested()
    extra_body = asked_for.pop("extra", None)
    return GenerateConfig(
        **asked_for,
        extra_body=extra_body,
        # A batch has a quota of its own at its provider, and all of it is sent at once.
        max_connections=endpoint.limits.max_connections if batch is None else batch.size,
        max_retries=endpoint.limits.max_retries,
        attempt_timeout=endpoint.limits.timeout_seconds if batch is None else None,
        batch=batch,
        cache=False,
        cache_prompt=False,
    )


def _watch_raw_calls(model: Model, key: str | None) -> None:
    """Copy what only the raw call shows into the output's metadata, and keep the key out of it.

    Inspect's own log of raw calls stays off (it triples the size of a transcript), but failed calls
    it logs all the same. The wrapper sits on the instance, since that serves every provider alike.
    """
    inner: Callable[..., Awaitable[Any]] = model.api.generate

    async def generate(*args: Any, **kwargs: Any) -> Any:
        try:
            result = await inner(*args, **kwargs)
        except Exception as error:
            redact_error(error, key)
            _redact_logged_call(key)
            raise
        if not isinstance(result, tuple):
            return result
        output, call = result
        call.response = redact(call.response, key)
        if isinstance(output, ModelOutput):
            output.metadata = {**(output.metadata or {}), **_revealed(call)}
            return _without_key(output, key), call
        redact_error(output, key)
        return output, call

    model.api.generate = generate  # type: ignore[method-assign]  # see the docstring


def _redact_logged_call(key: str | None) -> None:
    for event in transcript().events:
        if isinstance(event, ModelEvent) and event.call is not None:
            event.call.response = redact(event.call.response, key)


def _without_key(output: ModelOutput, key: str | None) -> ModelOutput:
    document = output.model_dump()
    redacted = redact(document, key)
    return output if redacted == document else ModelOutput.model_validate(redacted)


def _revealed(call: ModelCall) -> dict[str, Any]:
    response = call.response if isinstance(call.response, dict) else {}
    sent = {
        name: value
        for name, value in call.request.items()
        if name not in _NOT_PARAMETERS and value not in (None, [], {})
    }
    return {SENT_PARAMETERS: sent, SYSTEM_FINGERPRINT: response.get("system_fingerprint")}


def retry_after_seconds(error: BaseException | None) -> float:
    """Return what the ``Retry-After`` header of a failed call asks for; 0 when it asks nothing."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    try:
        return float(headers["retry-after"]) if headers is not None else 0.0
    except (KeyError, ValueError):
        return 0.0
