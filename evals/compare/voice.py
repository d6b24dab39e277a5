"""How a model speaks, whatever it says: length, fences, markup and language of its replies."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from math import floor, log
from statistics import median
from typing import TYPE_CHECKING, Final

from evals.compare.basis import clusters, codes_of
from evals.compare.comparison import ChannelChange
from evals.numbers import percent
from evals.stats.answer_check import check_answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evals.compare.basis import Basis
    from evals.records import SampleRecord

_STEP: Final = 1.25
"""Lengths within a quarter of each other speak alike."""

_MARKUP: Final = re.compile(r"^\s*(#{1,6}\s|[-*+]\s|\d+[.)]\s)|\*\*\S|\|\s*-{3}", re.MULTILINE)
_FENCED: Final = "fenced"
_MARKED_UP: Final = "marked up"
_WORD: Final = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS: Final = 5
_FUNCTION_WORDS: Final[Mapping[str, str]] = {
    "English": "the of and to is in that it for was with are this not be",
    "German": "der die das und ist nicht ein eine zu mit von den im auf für",
    "French": "le la les et est une des du que pas dans pour qui sur il",
    "Spanish": "el los las y es una que del por con para se su lo al",
    "Italian": "il lo gli e è una che di per con non della sono nel si",
    "Portuguese": "o os as e é uma que do da não para com em um dos",
}


class Channel(StrEnum):
    """What is listened to beside the answer; each is a share of the series ``voice``."""

    LENGTH = "length"
    FENCE = "code fence"
    MARKUP = "markup"
    LANGUAGE = "language"


def heard(channel: Channel, text: str) -> str:
    """Return how ``text`` sounds in one channel; equal words, equal sound.

    Lengths count in steps of a quarter. A language is told by its function words, and by its script
    where it knows none of them; a reply of fewer than five words has none.

    >>> heard(Channel.FENCE, "```x```"), heard(Channel.MARKUP, "- a"), heard(Channel.LENGTH, "abc")
    ('fenced', 'marked up', '6')
    >>> heard(Channel.LANGUAGE, "The capital of France is Paris."), heard(Channel.LANGUAGE, "Paris")
    ('English', 'too short')
    """
    if channel is Channel.LENGTH:
        return str(floor(log(len(text) + 1, _STEP)))
    if channel is Channel.FENCE:
        return _FENCED if "```" in text else "plain"
    if channel is Channel.MARKUP:
        return _MARKED_UP if _MARKUP.search(text) else "plain"
    return _language(text)


def compare_voice(basis: Basis, *, alpha: float) -> tuple[ChannelChange, ...]:
    """Compare each channel with the baseline: does the run sound as it usually does?

    The test is that of changed answers (`evals.stats.answer_check`), on how a reply sounds instead
    of what it says; the channels share the level ``alpha`` of the series ``voice`` in equal parts.
    Every reply counts, right or wrong, refused or cut off. It says `changed`, never `regressed`.
    """
    return tuple(_compare(basis, channel, alpha=alpha / len(Channel)) for channel in Channel)


def _compare(basis: Basis, channel: Channel, *, alpha: float) -> ChannelChange:
    def sound(sample: SampleRecord) -> str | None:
        return None if sample.text is None else heard(channel, sample.text)

    check = check_answers(*codes_of(basis, sound), alpha=alpha, clusters=clusters(basis))
    return ChannelChange(
        channel=channel.value,
        before=_summary(channel, (s for one in basis.passes for row in one for s in row)),
        after=_summary(channel, (s for row in basis.run for s in row)),
        check=check,
        p=min(1.0, check.p_changed * len(Channel)),
    )


def _summary(channel: Channel, samples: Iterable[SampleRecord]) -> str:
    texts = [sample.text for sample in samples if sample.text is not None]
    if not texts:
        return "no reply"
    if channel is Channel.LENGTH:
        return f"{median(len(text) for text in texts):.0f} characters (median)"
    sounds = Counter(heard(channel, text) for text in texts)
    if channel is Channel.LANGUAGE:
        usual, count = sounds.most_common(1)[0]
        return f"{usual} {percent(count / len(texts))}"
    named = _FENCED if channel is Channel.FENCE else _MARKED_UP
    return f"{named} {percent(sounds[named] / len(texts))}"


def _language(text: str) -> str:
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) < _FEWEST_WORDS:
        return "too short"
    hits = {
        name: sum(word in known.split() for word in words)
        for name, known in _FUNCTION_WORDS.items()
    }
    best = max(hits, key=lambda name: hits[name])
    if hits[best]:
        return best
    latin = sum(word.isascii() for word in words)
    return "Latin script" if 2 * latin > len(words) else "another script"
