"""A small tokenizer with no vocabulary: the same text has the same tokens everywhere."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from evals.simulator.chat import TokenLogprob
from evals.simulator.draw import uniform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evals.golden_set import ChatMessage
    from evals.simulator.draw import Dice

# What a chat template costs: role, separators, and the opening of the answer.
TOKENS_PER_MESSAGE = 4
TOKENS_TO_OPEN_ANSWER = 3
_TOKEN = re.compile(r" ?\w{1,5}|[^\w\s]| (?=\s|$)|[^\S ]|\s")
_OTHER_WORDS = (" the", " a", " it", " yes", " no", " and", " of", " not", " is", " one")


def tokens(text: str) -> list[str]:
    """Split ``text`` into tokens that join to ``text`` again.

    >>> tokens("Is 17 a prime?")
    ['Is', ' 17', ' a', ' prime', '?']
    """
    found, end = [], 0
    for match in _TOKEN.finditer(text):
        if match.start() > end:
            found.append(text[end : match.start()])
        found.append(match.group())
        end = match.end()
    return [*found, text[end:]] if end < len(text) else found


def input_tokens(messages: Iterable[ChatMessage]) -> int:
    """Count the tokens of a whole conversation, its template included.

    A constant of the prompt: it moves exactly when something was added to it or cut from it.
    """
    counts = (TOKENS_PER_MESSAGE + len(tokens(message.content)) for message in messages)
    return TOKENS_TO_OPEN_ANSWER + sum(counts)


def logprobs(
    text: str, dice: Dice, *, alternatives: int, shift: float = 0.0
) -> tuple[TokenLogprob, ...]:
    """Return plausible logprobs for the tokens of ``text``, a constant of persona and prompt.

    With noise, each trembles by up to a hundredth of a nat times the noise from ask to ask, as
    those of a real server do. ``shift`` takes that many nats from the log odds of what was said,
    and leaves it the likeliest: 1 at most.
    """
    return tuple(
        _token_logprob(token, f"logprob {place}", dice, alternatives, shift)
        for place, token in enumerate(tokens(text))
    )


def _token_logprob(
    token: str, kind: str, dice: Dice, alternatives: int, shift: float
) -> TokenLogprob:
    settled = 0.6 + 0.399 * uniform(dice.seed, dice.persona, dice.item, kind)
    odds = settled / (1 - settled) * math.exp(-shift)
    share = odds / (1 + odds)

    def log_chance(word: str, chance: float) -> tuple[str, float]:
        return word, math.log(chance) - 0.01 * dice.noise * dice.fresh(f"{kind} {word}")

    said = log_chance(token, share)
    rest = [word for word in _OTHER_WORDS if word != token][: max(0, alternatives - 1)]
    others = (log_chance(word, (1 - share) / 2 ** (n + 1)) for n, word in enumerate(rest))
    top = (said, *others) if alternatives else ()
    return TokenLogprob(token=token, logprob=said[1], top=top)
