"""A context window that is smaller than it says: what does not fit is dropped without a word."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals.simulator.tokens import input_tokens, tokens

if TYPE_CHECKING:
    from evals.golden_set import ChatMessage


def within(messages: tuple[ChatMessage, ...], window_tokens: int | None) -> tuple[ChatMessage, ...]:
    """Return what is read of ``messages``: the longest one loses its beginning until all fits.

    >>> from evals.golden_set import ChatMessage
    >>> asked = (ChatMessage(role="user", content="one two three four"),)
    >>> within(asked, 9)[0].content
    ' three four'
    """
    excess = 0 if window_tokens is None else input_tokens(messages) - window_tokens
    if excess <= 0:
        return messages
    longest = max(messages, key=lambda message: len(message.content))
    kept = replace(longest, content="".join(tokens(longest.content)[excess:]))
    return tuple(kept if message is longest else message for message in messages)


def hides(answer: str, whole: tuple[ChatMessage, ...], read: tuple[ChatMessage, ...]) -> bool:
    """Say whether a part of ``answer``, parted by commas, stands in ``whole`` but not in ``read``.

    An answer that was not in the prompt at all is known, and not lost with it.
    """
    if whole is read:
        return False
    sent, seen = ("\n".join(message.content for message in some) for some in (whole, read))
    return any(part in sent and part not in seen for part in answer.split(", "))
