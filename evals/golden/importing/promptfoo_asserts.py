"""promptfoo's assertions as our scorers: the ones that mean the same, and no others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WHOLE = {"answer": "whole"}
SIMILAR_THRESHOLD = 0.75  # promptfoo's own default, which a file relies on by leaving it out
# These steer promptfoo's own sums and judges; one item has one scorer, and a suite pins the judge.
PASSED_OVER = ("weight", "metric", "provider", "description")
_KEYS = ("type", "value", "threshold", *PASSED_OVER)


class AssertError(ValueError):
    """An assertion has no counterpart; the text says why."""


def scoring_of(asserts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return ``target`` and ``scorer`` for a test's assertions.

    Several ``contains`` (or ``icontains``) become one ``contains_all``; any other mixture has no
    single scorer.

    Raises:
        AssertError: When there is no assertion, or no counterpart for it.

    >>> scoring_of([{"type": "icontains", "value": "Rome"}])["target"]
    ['Rome']
    """
    if not asserts:
        raise AssertError("no assertion says what is right")
    kinds = {_kind(part) for part in asserts}
    if len(asserts) == 1:
        return _CONVERTERS[_kind(asserts[0])](asserts[0])
    if kinds in ({"contains"}, {"icontains"}):
        needles = [needle for part in asserts for needle in _needles(part)]
        return _containment("contains_all", needles, case_sensitive=kinds == {"contains"})
    raise AssertError(f"{len(asserts)} assertions need more than one scorer")


def _kind(part: Mapping[str, Any]) -> str:
    kind = part.get("type")
    if kind not in _CONVERTERS:
        raise AssertError(f"assertion {kind!r} has no counterpart")
    if extra := [key for key in part if key not in _KEYS]:
        raise AssertError(f"key {extra[0]!r} of assertion {kind!r} has no counterpart")
    return str(kind)


def _equals(part: Mapping[str, Any]) -> dict[str, Any]:
    value = part.get("value")
    if isinstance(value, dict):
        return {"target": json.dumps(value, ensure_ascii=False), "scorer": {"type": "json_fields"}}
    options = {**WHOLE, "case_sensitive": True, "strip_punctuation": False}
    return {"target": _text(part), "scorer": {"type": "exact", **options}}


def _regex(part: Mapping[str, Any]) -> dict[str, Any]:
    return {"scorer": {"type": "regex", "pattern": _text(part), "mode": "search", **WHOLE}}


def _is_json(part: Mapping[str, Any]) -> dict[str, Any]:
    schema = part.get("value", {"type": "object"})
    if not isinstance(schema, dict):
        raise AssertError("the schema of assertion 'is-json' is not a mapping")
    return {"scorer": {"type": "json_fields", "schema": schema, "strict": True}}


def _similar(part: Mapping[str, Any]) -> dict[str, Any]:
    threshold = part.get("threshold", SIMILAR_THRESHOLD)
    return {
        "target": _needles(part),
        "scorer": {"type": "semantic", "threshold": threshold, **WHOLE},
    }


def _rubric(part: Mapping[str, Any]) -> dict[str, Any]:
    return {"scorer": {"type": "judge", "rubric": _text(part)}}


def _containing(scorer: str, *, case_sensitive: bool) -> Callable[[Mapping[str, Any]], Any]:
    return lambda part: _containment(scorer, _needles(part), case_sensitive=case_sensitive)


def _containment(scorer: str, needles: list[str], *, case_sensitive: bool) -> dict[str, Any]:
    options = {"case_sensitive": case_sensitive, **WHOLE}
    return {"target": needles, "scorer": {"type": scorer, **options}}


def _text(part: Mapping[str, Any]) -> str:
    value = part.get("value")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise AssertError(f"assertion {part.get('type')!r} has no text as its value")
    if isinstance(value, str) and value.startswith("file://"):
        raise AssertError(f"assertion {part.get('type')!r} refers to a file")
    return str(value)


def _needles(part: Mapping[str, Any]) -> list[str]:
    value = part.get("value")
    if isinstance(value, list):
        return [_text({**part, "value": needle}) for needle in value]
    text = _text(part)
    # promptfoo reads a plain text in the plural forms as a list with commas.
    plural = str(part.get("type")).endswith(("-all", "-any"))
    return [needle.strip() for needle in text.split(",")] if plural else [text]


_CONVERTERS: dict[Any, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "equals": _equals,
    "contains": _containing("contains_all", case_sensitive=True),
    "icontains": _containing("contains_all", case_sensitive=False),
    "contains-all": _containing("contains_all", case_sensitive=True),
    "icontains-all": _containing("contains_all", case_sensitive=False),
    "contains-any": _containing("contains_any", case_sensitive=True),
    "icontains-any": _containing("contains_any", case_sensitive=False),
    "regex": _regex,
    "is-json": _is_json,
    "similar": _similar,
    "llm-rubric": _rubric,
}
