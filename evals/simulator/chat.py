"""What goes into a persona and what comes out, in no protocol's own words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from evals.digest import digest_of

if TYPE_CHECKING:
    from evals.golden_set import ChatMessage


class Finish(StrEnum):
    """Why the simulated model stopped."""

    STOP = "stop"
    LENGTH = "length"
    FILTERED = "filtered"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatRequest:
    """One request, translated from its protocol.

    Attributes:
        model: The model that was asked for.
        messages: All turns, the system prompt first; never empty.
        max_tokens: Most tokens to answer with; None for no limit.
        temperature: As sent; None if it was not.
        stream: Whether the answer is wanted in pieces.
        stream_usage: Whether a stream ends with its token counts.
        top_logprobs: Alternatives wanted per token; None when no logprobs are wanted.
    """

    model: str
    messages: tuple[ChatMessage, ...]
    max_tokens: int | None = None
    temperature: float | None = None
    stream: bool = False
    stream_usage: bool = False
    top_logprobs: int | None = None

    @property
    def digest(self) -> str:
        """The conversation's identity: every turn, whoever is asked."""
        return digest_of([[m.role, m.content] for m in self.messages])

    @property
    def text(self) -> str:
        """All turns in one string."""
        return "\n".join(message.content for message in self.messages)

    @property
    def wants_final(self) -> bool:
        """Whether the system prompt or the user asks for a ``FINAL:`` line."""
        return any("FINAL:" in m.content for m in self.messages if m.role != "assistant")


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenLogprob:
    """One answered token, its log-probability (natural) and the best candidates, best first."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """One answer, before it is written in a protocol's own words.

    Attributes:
        text: What the model says.
        finish: Why it stopped.
        served_model: The model id that the endpoint reports.
        fingerprint: The `system_fingerprint` that the endpoint reports.
        input_tokens: Tokens of all that was read, a hidden system prompt included.
        output_tokens: Tokens of ``text``.
        logprobs: One entry per token when they were asked for, else empty.
        item: Id of the item that was recognised; None for an unknown prompt.
    """

    text: str
    finish: Finish
    served_model: str
    fingerprint: str
    input_tokens: int
    output_tokens: int
    logprobs: tuple[TokenLogprob, ...] = ()
    item: str | None = None
