"""What every protocol translates: a body to a request, and a reply to a document or a stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from evals.simulator.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evals.simulator.chat import ChatRequest, Reply


class BadRequestError(ValueError):
    """The body is not a request in the protocol; the message says why."""


class ChatProtocol(Protocol):
    """One protocol's own words."""

    name: str

    def parse(self, body: Mapping[str, Any]) -> ChatRequest:
        """Translate a request body; raises BadRequestError."""
        ...

    def document(self, reply: Reply, number: int) -> dict[str, Any]:
        """Return the body of a whole answer."""
        ...

    def events(self, reply: Reply, number: int, request: ChatRequest) -> Iterator[str]:
        """Yield the answer as server-sent events."""
        ...

    def error(self, status: int, message: str) -> dict[str, Any]:
        """Return the body of an error."""
        ...


def content_text(content: Any) -> str:
    """Return the text of a turn, given as a string, as blocks of text, or as nothing.

    >>> content_text([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}])
    'ab'
    """
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    try:
        return "".join(str(block["text"]) for block in content)
    except (TypeError, KeyError) as error:
        raise BadRequestError("content must be text or blocks of text") from error


def turns(body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return ``messages`` of a body, checked as far as both protocols agree."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise BadRequestError("messages must be a list of at least one turn")
    if not all(isinstance(turn, dict) and isinstance(turn.get("role"), str) for turn in messages):
        raise BadRequestError("every turn must be an object with a role")
    if not isinstance(body.get("model"), str):
        raise BadRequestError("model must be a string")
    return messages


def pieces(reply: Reply) -> list[str]:
    """Return the parts in which a stream delivers the text."""
    return tokens(reply.text)


def server_sent_event(document: Mapping[str, Any], *, event: str | None = None) -> str:
    """Return one event of a stream, named or not."""
    head = f"event: {event}\n" if event else ""
    return f"{head}data: {json.dumps(document)}\n\n"
