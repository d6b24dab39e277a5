"""Behaviour as people write it on a command line or in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from evals.errors import ConfigError
from evals.simulator.behaviour import Cue, changed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evals.simulator.behaviour import Behaviour

AFTER = "after"


def assignments(text: str) -> dict[str, Any]:
    """Read ``name=value`` pairs parted by commas; ``a.b=1`` sets field b of a.

    Values are read as YAML does. Raises ConfigError when a part is no pair.

    >>> assignments("skill=0.9, other.name=b, other.skill=0.5")
    {'skill': 0.9, 'other': {'name': 'b', 'skill': 0.5}}
    """
    found: dict[str, Any] = {}
    for part in text.split(","):
        name, mark, value = (piece.strip() for piece in part.partition("="))
        if not (name and mark):
            raise ConfigError(
                f"{part.strip()!r} is no name=value pair",
                where=text,
                fix="Write for instance skill=0.9,noise=0.1.",
            )
        outer, dot, inner = name.partition(".")
        if dot:
            found.setdefault(outer, {})[inner] = _value(value)
        else:
            found[name] = _value(value)
    return found


def spoken_fault(text: str) -> dict[str, Any]:
    """Read a fault: its kind, then pairs if there are any.

    >>> spoken_fault("rate_limit:share=0.1,count=3")
    {'kind': 'rate_limit', 'share': 0.1, 'count': 3}
    """
    kind, _, rest = text.partition(":")
    return {"kind": kind.strip(), **(assignments(rest) if rest.strip() else {})}


def spoken_persona(text: str, *, file: Path) -> Mapping[str, Any]:
    """Read a persona's fields from ``file``, when there is one of that name, else from the text."""
    if not file.is_file():
        return assignments(text)
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError("the persona cannot be read", where=str(file)) from error
    if not isinstance(document, dict):
        fix = "Write one field a line, such as skill: 0.9."
        raise ConfigError("a persona is a mapping of fields", where=str(file), fix=fix)
    return document


def scripted(
    behaviour: Behaviour, changes: Sequence[str], faults: Sequence[str]
) -> tuple[Behaviour, tuple[Cue, ...]]:
    """Return the behaviour at the start, and the cues for all that says ``after=N``.

    Faults that begin after the same number of requests come together, in the order given; a later
    group replaces an earlier one. Raises ConfigError for what cannot be read.
    """
    scripts: dict[int, dict[str, Any]] = {}
    for text in changes:
        change = assignments(text)
        scripts.setdefault(_after(change, text), {}).update(change)
    for text in faults:
        fault = spoken_fault(text)
        scripts.setdefault(_after(fault, text), {}).setdefault("faults", []).append(fault)
    start = changed(behaviour, scripts.pop(0, {}))
    return start, tuple(Cue(after=after, change=scripts[after]) for after in sorted(scripts))


def _after(change: dict[str, Any], text: str) -> int:
    after = change.pop(AFTER, 0)
    if not isinstance(after, int) or after < 0:
        raise ConfigError(
            "after must be a number of requests", where=text, fix="Write for instance after=100."
        )
    return after


def _value(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text
