"""Sends an answer, or spoils it as its fault says."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response, StreamingResponse

from evals.simulator.faults import Fault, FaultKind

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from evals.simulator.chat import ChatRequest, Reply
    from evals.simulator.endpoint import Outcome
    from evals.simulator.protocol import ChatProtocol

EVENT_STREAM = "text/event-stream"
_GARBAGE = b"<html><body>upstream said something else</body></html>"


class CutResponse:
    """An answer that announces its whole length, or an endless stream, and stops half way."""

    def __init__(self, body: bytes, *, media_type: str, announce_length: bool) -> None:
        self._sent = body[: len(body) // 2]
        self._headers = [(b"content-type", media_type.encode())]
        if announce_length:
            self._headers.append((b"content-length", str(len(body)).encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the signature is ASGI's
        """Send half of the body and return: the server then drops the connection."""
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._sent, "more_body": True})


async def delivered(
    protocol: ChatProtocol, request: ChatRequest, outcome: Outcome
) -> Response | CutResponse:
    """Return what goes out for ``outcome``, after waiting where the fault says so."""
    fault = outcome.fault
    if fault is None:
        return _whole(protocol, request, outcome.reply, outcome.number)
    if fault.kind is FaultKind.SLOW:
        await asyncio.sleep(fault.delay_seconds)
        return _whole(protocol, request, outcome.reply, outcome.number)
    if fault.kind is FaultKind.EMPTY:
        nothing = replace(outcome.reply, text="", output_tokens=0, logprobs=())
        return _whole(protocol, request, nothing, outcome.number)
    if fault.kind is FaultKind.CUT:
        return _cut(protocol, request, outcome)
    return await _failed(protocol, fault)


async def _failed(protocol: ChatProtocol, fault: Fault) -> Response:
    if fault.kind is FaultKind.RATE_LIMIT:
        wait = {"retry-after": f"{fault.retry_after_seconds:g}"}
        return _error(protocol, 429, "rate limit reached, as told", headers=wait)
    if fault.kind is FaultKind.TIMEOUT:
        await asyncio.sleep(fault.hang_seconds)
        return _error(protocol, 504, "hung for long enough, as told")
    if fault.kind is FaultKind.GARBAGE:
        return Response(_GARBAGE, media_type="application/json")
    return _error(protocol, 500, "internal error, as told")


def _whole(protocol: ChatProtocol, request: ChatRequest, reply: Reply, number: int) -> Response:
    if not request.stream:
        return JSONResponse(protocol.document(reply, number))
    return StreamingResponse(protocol.events(reply, number, request), media_type=EVENT_STREAM)


def _cut(protocol: ChatProtocol, request: ChatRequest, outcome: Outcome) -> CutResponse:
    if request.stream:
        events = "".join(protocol.events(outcome.reply, outcome.number, request)).encode()
        return CutResponse(events, media_type=EVENT_STREAM, announce_length=False)
    body = json.dumps(protocol.document(outcome.reply, outcome.number)).encode()
    return CutResponse(body, media_type="application/json", announce_length=True)


def _error(
    protocol: ChatProtocol, status: int, message: str, headers: dict[str, str] | None = None
) -> Response:
    return JSONResponse(protocol.error(status, message), status_code=status, headers=headers)
