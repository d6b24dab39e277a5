"""What we changed between two ways of asking: phrases for people, from what each way is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.digest import canonical_json
from evals.numbers import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evals.golden_set import GoldenSet

_NOTHING = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """All that we choose for a run; pins are documents as `evals.endpoint.Pin.document` gives."""

    pin: Mapping[str, Any]
    judge_pin: Mapping[str, Any] | None
    golden_sets: Sequence[GoldenSet]


def what_we_changed(old: Chosen, new: Chosen) -> tuple[str, ...]:
    """Return what differs, as phrases; empty where both ask and grade the same.

    >>> one = Chosen(pin={"model": "a/b", "parameters": {}}, judge_pin=None, golden_sets=())
    >>> other = Chosen(pin={"model": "a/b", "parameters": {"seed": 1}}, judge_pin=None,
    ...                golden_sets=())
    >>> what_we_changed(one, other)
    ('parameters: seed none -> 1',)
    """
    return (
        *_pin_changes(old.pin, new.pin),
        *(f"judge's {change}" for change in _pin_changes(old.judge_pin or {}, new.judge_pin or {})),
        *_content_changes(old.golden_sets, new.golden_sets),
    )


def _pin_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for part in dict.fromkeys((*old, *new)):
        before, after = old.get(part), new.get(part)
        if before == after:
            continue
        name = part.replace("_", " ")
        if part == "system_prompt":
            yield name  # its text is long, and stands in the pins
        elif isinstance(before, dict) or isinstance(after, dict):
            yield f"{name}: {_entries(before or {}, after or {})}"
        else:
            yield f"{name} {_shown(before)} -> {_shown(after)}"


def _entries(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    names = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
    return ", ".join(f"{name} {_shown(old.get(name))} -> {_shown(new.get(name))}" for name in names)


def _shown(value: object) -> str:
    if value is None:
        return _NOTHING
    return value if isinstance(value, str) else canonical_json(value)


def _content_changes(old: Sequence[GoldenSet], new: Sequence[GoldenSet]) -> Iterator[str]:
    before, after = ({one.task: one for one in sets} for sets in (old, new))
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"{name} left the suite"
        elif name not in before:
            yield f"{name} joined the suite"
        elif before[name].digest != after[name].digest:
            yield _version_change(before[name], after[name])


def _version_change(old: GoldenSet, new: GoldenSet) -> str:
    before = {item.content_digest for item in old.items}
    after = {item.content_digest for item in new.items}
    joined, left = plural(len(after - before), "item"), len(before - after)
    return f"{new.task} {old.version} -> {new.version}: {joined} joined, {left} left"
