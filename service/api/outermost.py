"""The outermost layer: every request has an id, every answer its headers, and nothing leaks."""

from __future__ import annotations

import logging
import re
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from service.api.kinds import problem_of
from service.api.problems import answer, plain_problem
from service.errors import AccessRefused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from service.api.shapes.problem import Problem

HEADER: Final = "X-Request-ID"
MAX_BODY_BYTES: Final = 256 * 1024
_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_log = logging.getLogger(__name__)


class Outermost:
    """Names each request, refuses what a foreign page or an endless body brings, hides faults.

    A fault's text may hold anything; it goes to the log, and the caller gets the request's id. A
    route that sets one of the headers itself keeps its own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers.get(HEADER))
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _dress(MutableHeaders(scope=message), request_id)
            await send(message)

        try:
            refused = _refused(scope["method"], headers, request_id)
            await (refused or self._app)(scope, _limited(receive), with_headers)
        except Exception:
            _log.exception("request %s: %s %s failed", request_id, scope["method"], scope["path"])
            if started:
                raise  # the server cuts the connection: a whole answer can no longer be given
            await answer(_fault(request_id))(scope, receive, with_headers)


def _limited(receive: Receive) -> Receive:
    """Stop a body that turns out larger than it was said to be."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MAX_BODY_BYTES:
            raise HTTPException(413)
        return message

    return counted


def _request_id(given: str | None) -> str:
    """Take the id that a proxy gave, if it is harmless in a log."""
    return given if given and _ID.fullmatch(given) else secrets.token_hex(8)


def _dress(headers: MutableHeaders, request_id: str) -> None:
    headers[HEADER] = request_id
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)


def _refused(method: str, headers: Headers, request_id: str) -> ASGIApp | None:
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BODY_BYTES:
        what = f"a body of {length} bytes is larger than the {MAX_BODY_BYTES} that are read"
        return answer(plain_problem(413, what, request_id=request_id))
    if method not in _SAFE and _is_foreign(headers):
        error = AccessRefused(
            "a page of another site may change nothing here",
            fix="Send the request from this site, or from a program, with a token.",
        )
        return answer(problem_of(error, request_id=request_id))
    return None


def _is_foreign(headers: Headers) -> bool:
    """Whether a browser says that another site's page sent this; other clients say nothing."""
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _fault(request_id: str) -> Problem:
    return plain_problem(
        500,
        "something broke that should not",
        fix=f"Look for the request {request_id} in the server's log, and please report it.",
        request_id=request_id,
    )
