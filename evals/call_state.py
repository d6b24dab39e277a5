"""How a model call ended. Only `ok` enters accuracy; every other state is a rate of its own."""

from __future__ import annotations

from enum import StrEnum


class CallState(StrEnum):
    """The one way in which a model call ended.

    The first group is what the endpoint *answered*; its rates are behaviour and can be compared
    with a baseline. The second group is what kept us from an answer; it measures nothing but the
    line.
    """

    OK = "ok"
    UNPARSED = "unparsed"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    FILTERED = "filtered"

    API_ERROR = "api_error"
    TIMEOUT = "timeout"
    JUDGE_FAILED = "judge_failed"

    @property
    def answered(self) -> bool:
        """Whether the endpoint answered at all, with whatever content."""
        return self not in (CallState.API_ERROR, CallState.TIMEOUT, CallState.JUDGE_FAILED)
