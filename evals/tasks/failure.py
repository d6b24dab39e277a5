"""A model call that failed for good: its state, and what was said about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tenacity import RetryError

from evals.call_state import CallState
from evals.redaction import chain_of

_LONGEST_WORDS = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class CallFailure:
    """Why there is no answer: `CallState.TIMEOUT` or `CallState.API_ERROR`, and the words."""

    state: CallState
    words: str


def call_failure(error: BaseException) -> CallFailure:
    """Say how a call failed, in the provider's own words: wrappers hide or drown them.

    >>> call_failure(TimeoutError("no answer in 5 s"))
    CallFailure(state=<CallState.TIMEOUT: 'timeout'>, words='TimeoutError: no answer in 5 s')
    """
    chain = [one for one in chain_of(error) if not isinstance(one, RetryError)] or [error]
    timed_out = any("Timeout" in type(one).__name__ for one in chain)
    words = _said(chain[0])
    if "onnection" in words and len(chain) > 1:
        words += f" ({_said(chain[-1])})"  # "Connection error." alone helps nobody
    return CallFailure(
        state=CallState.TIMEOUT if timed_out else CallState.API_ERROR,
        words=words[:_LONGEST_WORDS],
    )


def _said(error: BaseException) -> str:
    # Inspect's own wrapper repeats the whole request before what the provider said.
    return f"{type(error).__name__}: {getattr(error, 'provider_message', None) or error}"
