"""Silent truncation: does the endpoint report as many input tokens as it was sent?

The prompts of one question differ by filler alone, and all filler is alike; so the tokens that a
character of filler takes are the same at any length. They are learnt from the two shortest lengths
of the same run, and with them how many tokens a longer prompt must take: no tokenizer is needed,
and template, hidden text and evidence cancel out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from evals.probes.context_length.options import length_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.probes.answer import Answer

TOLERANCE: Final = 0.02
"""More than this under what is expected is truncation. Single prompts of 4K vary by 1.4 %, those of
16K by 0.8 %, with two tokenizers of different kinds."""
_LEAST_TOKENS_PER_CHARACTER: Final = 0.1
"""No tokenizer packs ten letters of plain text into a token: less is truncation at the shortest."""


def kept_shares(answers: Sequence[Answer]) -> Mapping[str, float]:
    """Return reported over expected input tokens, by item id, for the lengths after the second.

    Only of items that report them, and of questions whose shortest length does. Where repeats of an
    item differ, the smallest count is taken.
    """
    sizes = _sizes(answers)
    lengths = sorted({length for of_one in sizes.values() for length in of_one})
    pace = _tokens_per_character(sizes, lengths)
    if pace is None:
        return {}
    return {
        size.item_id: size.tokens
        / (shortest.tokens + pace * (size.characters - shortest.characters))
        for of_one in sizes.values()
        if (shortest := of_one.get(lengths[0])) is not None
        for length, size in of_one.items()
        if length in lengths[2:]
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Size:
    """How long a prompt is, in characters and in reported tokens."""

    item_id: str
    characters: int
    tokens: int


def _sizes(answers: Iterable[Answer]) -> Mapping[str, Mapping[int, _Size]]:
    """Gather the reported sizes by question and length."""
    found: dict[str, dict[int, _Size]] = defaultdict(dict)
    for answer in answers:
        tokens = answer.sample.input_tokens
        if tokens is None:
            continue
        of_one = found[answer.item.conversation or answer.item.id]
        length = length_of(answer.item.arm)
        known = of_one.get(length)
        of_one[length] = _Size(
            item_id=answer.item.id,
            characters=sum(len(message.content) for message in answer.item.messages),
            tokens=min(tokens, known.tokens) if known else tokens,
        )
    return found


def _tokens_per_character(
    sizes: Mapping[str, Mapping[int, _Size]], lengths: Sequence[int]
) -> float | None:
    """Return what a character of filler takes, from the two shortest lengths; None without both.

    The median over questions, which a few truncated ones cannot move.
    """
    if len(lengths) < 3:
        return None
    short, next_one = lengths[:2]
    paces = [
        (of_one[next_one].tokens - of_one[short].tokens)
        / (of_one[next_one].characters - of_one[short].characters)
        for of_one in sizes.values()
        if short in of_one and next_one in of_one
    ]
    return max(median(paces), _LEAST_TOKENS_PER_CHARACTER) if paces else None
