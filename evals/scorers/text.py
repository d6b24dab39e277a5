"""How texts are made comparable before any scorer looks at them. Pure."""

from __future__ import annotations

import re
import unicodedata

_ONE_KIND = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc", "'"),  # curly quotes, primes
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),  # dashes, minus
        "\u2044": "/",  # the slash that NFKC puts into a half
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad"),  # invisible
    }
)
_SUPERSCRIPT = re.compile("[⁺⁻]?[⁰¹²³⁴-⁹]+")
_VULGAR_FRACTION_AFTER_DIGIT = re.compile("(?<=[0-9])(?=[¼-¾⅐-⅞])")
_MARKS = (
    re.compile(r"(?<!`)`++([^`\n]+)`++"),
    re.compile(r"\*\*([^*\n]+)\*\*"),
    re.compile(r"(?<!\w)__([^_\n]+)__(?!\w)"),
    re.compile(r"~~([^~\n]+)~~"),
    re.compile(r"(?<![\w*])\*([^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])"),
    re.compile(r"(?<!\w)_([^_\s](?:[^_\n]*[^_\s])?)_(?!\w)"),
    re.compile(r"\[([^\]\[\n]+)\]\([^()\s]+\)"),
    re.compile(r"(?m)^[ \t]*(?:#{1,6}|>)[ \t]+()"),
    re.compile(r"\\(?:boxed|text|mathrm|mathbf)\{([^{}\n]*)\}"),
    re.compile(r"(?m)^[ \t]*\$([^$\n]+)\$[ \t]*$"),
)


def normalise(text: str) -> str:
    """Return ``text`` in Unicode NFKC, with one kind of quote and dash; line breaks stay.

    Superscripts keep their meaning as ``^``, which plain NFKC would lose; invisible characters go.

    >>> normalise("10⁵ ½ “A”")
    '10^5 1/2 "A"'
    """
    spelled = _SUPERSCRIPT.sub(lambda found: "^" + found.group(), text)
    spaced = _VULGAR_FRACTION_AFTER_DIGIT.sub(" ", spelled)
    return unicodedata.normalize("NFKC", spaced.translate(_ONE_KIND)).translate(_ONE_KIND)


def strip_markdown(text: str) -> str:
    """Remove emphasis, code marks, headings and links around words, and marks left at the ends.

    >>> strip_markdown("**Paris** is in [France](https://example.org)*")
    'Paris is in France'
    """
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    bare = text.strip().strip("*`~").strip()
    return bare or text.strip()


def squeeze(text: str) -> str:
    """Return ``text`` with every run of white space as one space and none at the ends."""
    return " ".join(text.split())


def clean(text: str) -> str:
    """Return ``text`` normalised, without markdown, on one line: the form that answers have."""
    return squeeze(strip_markdown(normalise(text)))


def fold(text: str) -> str:
    """Return ``text`` without case, so that equal words are equal strings.

    >>> fold("Straße") == fold("STRASSE")
    True
    """
    once = unicodedata.normalize("NFKC", text.casefold())
    return unicodedata.normalize("NFKC", once.casefold())


def trim_punctuation(text: str) -> str:
    """Remove sentence marks after ``text`` and one pair of quotes around it.

    Only marks that end a sentence go, so that ``C#`` stays apart from ``C``.

    >>> trim_punctuation('"Paris".')
    'Paris'
    """
    while text:
        shorter = text.rstrip(".,;:!? ")
        if len(shorter) > 1 and shorter[0] == shorter[-1] and shorter[0] in "\"'":
            shorter = shorter[1:-1].strip()
        if shorter == text or not shorter:
            return text
        text = shorter
    return text


def contains_phrase(text: str, phrase: str) -> bool:
    """Say whether ``phrase`` occurs in ``text`` as whole words, never inside a word or a number.

    >>> contains_phrase("30 days", "30"), contains_phrase("1,030.5 days", "30")
    (True, False)
    """
    return phrase_pattern(phrase).search(text) is not None


def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """Compile ``phrase`` to a pattern that matches it as whole words, across any white space."""
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    before = r"(?<!\w)(?<![0-9][.,])" if phrase[:1].isdigit() else r"(?<!\w)"
    after = r"(?!\w)(?![.,][0-9])" if phrase[-1:].isdigit() else r"(?!\w)"
    return re.compile(before + words + after)
