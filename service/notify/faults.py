"""What went wrong on the way, in words that hold no address, no token and no body."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from service.notify.transport import DeliveryError

TIMEOUT_SECONDS: Final = 10
"""Of one request (of Slack's web API: of one read). A message takes at most five, well within the
lease of its attempt."""

_MAY_PASS: Final = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.LOCKED,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
)
_LONGEST_WAIT: Final = 24 * 3600.0


def unreachable(error: BaseException, *, service: str) -> DeliveryError:
    """Return the error for a request without an answer; whether it arrived, nobody can tell."""
    return DeliveryError(f"{service} could not be reached: {_why(error)}", permanent=False)


def refused(status: int, *, service: str, retry_after: str | None, now: datetime) -> DeliveryError:
    """Return the error for an answer that is no success."""
    wait = retry_after_seconds(retry_after, now=now)
    if status in _MAY_PASS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return DeliveryError(
            f"{service} answered {status}", permanent=False, retry_after_seconds=wait
        )
    return DeliveryError(
        f"{service} answered {status}",
        permanent=True,
        fix="Check its address, and whether it still takes messages.",
    )


def retry_after_seconds(value: str | None, *, now: datetime) -> float | None:
    """Read ``Retry-After``: seconds, or a date; None where there is none, a day at most.

    >>> now = datetime(2026, 1, 5, 6, tzinfo=UTC)
    >>> retry_after_seconds("30", now=now)
    30.0
    >>> retry_after_seconds("Mon, 05 Jan 2026 06:01:00 GMT", now=now)
    60.0
    >>> retry_after_seconds("soon", now=now)
    """
    if value is None:
        return None
    try:
        if value.strip().isdecimal():
            seconds = float(value)
        else:
            until = parsedate_to_datetime(value)
            until = until if until.tzinfo else until.replace(tzinfo=UTC)
            seconds = (until - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(_LONGEST_WAIT, max(0.0, seconds))


def _why(error: BaseException) -> str:
    """Name the kind of fault; its own words may repeat an address that is a secret."""
    cause = getattr(error, "reason", None)
    if isinstance(cause, BaseException):
        return _why(cause)
    for kind, words in _KINDS:
        if isinstance(error, kind):
            return words
    under = error.__cause__ or error.__context__
    return _why(under) if under is not None else "the connection broke"


_KINDS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (TimeoutError, f"no answer within {TIMEOUT_SECONDS} s"),
    (ConnectionRefusedError, "the connection was refused"),
    (ssl.SSLError, "the connection could not be secured"),
    (socket.gaierror, "its host name is not known"),
    (ConnectionError, "the connection broke"),
)
