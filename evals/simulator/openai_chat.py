"""OpenAI chat completions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.golden_set import ChatMessage
from evals.simulator.chat import ChatRequest, Finish, Reply, TokenLogprob
from evals.simulator.protocol import (
    BadRequestError,
    content_text,
    pieces,
    server_sent_event,
    turns,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FINISH = {Finish.STOP: "stop", Finish.LENGTH: "length", Finish.FILTERED: "content_filter"}
_ERROR_TYPE = {400: "invalid_request_error", 404: "invalid_request_error", 429: "rate_limit_error"}


class OpenAIChat:
    """Translator for POST /v1/chat/completions."""

    name = "openai"

    def parse(self, body: Mapping[str, Any]) -> ChatRequest:
        """Translate a request body; raises BadRequestError."""
        if body.get("n", 1) not in (1, None):
            raise BadRequestError("the simulator gives one choice a request; leave n out")
        limit = body.get("max_completion_tokens") or body.get("max_tokens")
        return ChatRequest(
            model=body.get("model", ""),
            messages=tuple(_message(turn) for turn in turns(body)),
            max_tokens=limit,
            temperature=body.get("temperature"),
            stream=bool(body.get("stream")),
            stream_usage=bool((body.get("stream_options") or {}).get("include_usage")),
            top_logprobs=(body.get("top_logprobs") or 0) if body.get("logprobs") else None,
        )

    def document(self, reply: Reply, number: int) -> dict[str, Any]:
        """Return a ``chat.completion``."""
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": reply.text, "refusal": None},
            "logprobs": _logprobs(reply.logprobs),
            "finish_reason": _FINISH[reply.finish],
        }
        head = _head(reply, number, kind="chat.completion")
        return {**head, "choices": [choice], "usage": _usage(reply)}

    def events(self, reply: Reply, number: int, request: ChatRequest) -> Iterator[str]:
        """Yield ``chat.completion.chunk`` events, one a token, and the closing mark."""
        head = _head(reply, number, kind="chat.completion.chunk")

        def chunk(delta: Mapping[str, Any], **more: Any) -> str:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None, **more}
            return server_sent_event({**head, "choices": [choice]})

        yield chunk({"role": "assistant", "content": ""})
        for place, piece in enumerate(pieces(reply)):
            yield chunk({"content": piece}, logprobs=_logprobs(reply.logprobs[place : place + 1]))
        yield chunk({}, finish_reason=_FINISH[reply.finish])
        if request.stream_usage:
            yield server_sent_event({**head, "choices": [], "usage": _usage(reply)})
        yield "data: [DONE]\n\n"

    def error(self, status: int, message: str) -> dict[str, Any]:
        """Return an error in OpenAI's form."""
        kind = _ERROR_TYPE.get(status, "server_error")
        return {"error": {"message": message, "type": kind, "param": None, "code": None}}


def _message(turn: Mapping[str, Any]) -> ChatMessage:
    role = "system" if turn["role"] == "developer" else turn["role"]
    return ChatMessage(role=role, content=content_text(turn.get("content")))


def _head(reply: Reply, number: int, *, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-sim{number}",
        "object": kind,
        # The instrument reads no clock; the number of the request orders answers just as well.
        "created": number,
        "model": reply.served_model,
        "system_fingerprint": reply.fingerprint,
    }


def _usage(reply: Reply) -> dict[str, int]:
    return {
        "prompt_tokens": reply.input_tokens,
        "completion_tokens": reply.output_tokens,
        "total_tokens": reply.input_tokens + reply.output_tokens,
    }


def _logprobs(entries: Sequence[TokenLogprob]) -> dict[str, Any] | None:
    if not entries:
        return None
    content = [
        {
            **_candidate(entry.token, entry.logprob),
            "top_logprobs": [_candidate(*candidate) for candidate in entry.top],
        }
        for entry in entries
    ]
    return {"content": content, "refusal": None}


def _candidate(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "logprob": logprob, "bytes": list(token.encode())}
