"""Anthropic messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.golden_set import ChatMessage
from evals.simulator.chat import ChatRequest, Finish, Reply
from evals.simulator.protocol import (
    BadRequestError,
    content_text,
    pieces,
    server_sent_event,
    turns,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STOP = {Finish.STOP: "end_turn", Finish.LENGTH: "max_tokens", Finish.FILTERED: "refusal"}
_ERROR_TYPE = {
    400: "invalid_request_error",
    404: "not_found_error",
    429: "rate_limit_error",
    504: "timeout_error",
}


class AnthropicMessages:
    """Translator for POST /v1/messages. The protocol has no fingerprint and no logprobs."""

    name = "anthropic"

    def parse(self, body: Mapping[str, Any]) -> ChatRequest:
        """Translate a request body; raises BadRequestError."""
        if not isinstance(body.get("max_tokens"), int):
            raise BadRequestError("max_tokens must be a whole number")
        spoken = tuple(
            ChatMessage(role=turn["role"], content=content_text(turn.get("content")))
            for turn in turns(body)
        )
        system = content_text(body.get("system"))
        opening = (ChatMessage(role="system", content=system),) if system else ()
        return ChatRequest(
            model=body["model"],
            messages=opening + spoken,
            max_tokens=body["max_tokens"],
            temperature=body.get("temperature"),
            stream=bool(body.get("stream")),
        )

    def document(self, reply: Reply, number: int) -> dict[str, Any]:
        """Return a ``message``."""
        return {
            **_head(reply, number),
            "content": [{"type": "text", "text": reply.text}] if reply.text else [],
            "stop_reason": _STOP[reply.finish],
            "usage": _usage(reply, output_tokens=reply.output_tokens),
        }

    def events(self, reply: Reply, number: int, request: ChatRequest) -> Iterator[str]:  # noqa: ARG002 - usage always comes
        """Yield the events of a streamed message, one text delta a token."""
        opening = {**_head(reply, number), "content": [], "usage": _usage(reply, output_tokens=1)}
        yield _event("message_start", message=opening)
        yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for piece in pieces(reply):
            yield _event(
                "content_block_delta", index=0, delta={"type": "text_delta", "text": piece}
            )
        yield _event("content_block_stop", index=0)
        ending = {"stop_reason": _STOP[reply.finish], "stop_sequence": None}
        yield _event("message_delta", delta=ending, usage={"output_tokens": reply.output_tokens})
        yield _event("message_stop")

    def error(self, status: int, message: str) -> dict[str, Any]:
        """Return an error in Anthropic's form."""
        kind = _ERROR_TYPE.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": message}}


def _head(reply: Reply, number: int) -> dict[str, Any]:
    return {
        "id": f"msg_sim{number}",
        "type": "message",
        "role": "assistant",
        "model": reply.served_model,
        "stop_reason": None,
        "stop_sequence": None,
    }


def _usage(reply: Reply, *, output_tokens: int) -> dict[str, int]:
    return {"input_tokens": reply.input_tokens, "output_tokens": output_tokens}


def _event(kind: str, **content: Any) -> str:
    return server_sent_event({"type": kind, **content}, event=kind)
