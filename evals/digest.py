"""Content addresses: the same content has the same sha256 on every machine."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """Render ``value`` as JSON with sorted keys, no spaces and no escapes for Unicode.

    ``value`` is made of dict, list, tuple, str, int, float, bool and None; NaN and infinities
    raise ValueError, since no two JSON readers agree on them.

    >>> canonical_json({"b": 1, "a": ["é", None]})
    '{"a":["é",null],"b":1}'
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest_of(value: Any) -> str:
    """Return the sha256 of the canonical JSON of ``value``, as 64 hex digits.

    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    return text_digest(canonical_json(value))


def text_digest(text: str) -> str:
    """Return the sha256 of ``text`` in UTF-8, as 64 hex digits.

    Lone surrogates, which a broken endpoint can send, are kept apart rather than refused.

    >>> text_digest("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
