"""A YAML mapping together with the line of each key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from evals.golden_problems import Problems


@dataclass(frozen=True, kw_only=True, slots=True)
class YamlMapping:
    """A parsed file.

    Attributes:
        values: What it says.
        lines: The line of each top-level key.
        entry_lines: The line of each entry of each top-level list, by key.
    """

    values: dict[str, Any]
    lines: dict[str, int]
    entry_lines: dict[str, list[int]]


def parse_yaml_mapping(text: str, *, file: str, problems: Problems) -> YamlMapping | None:
    """Read ``text`` as one YAML mapping; note what is wrong with it, and return None then."""
    loader = yaml.SafeLoader("")
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            problems.add("the file is not a mapping", where=file, fix="Write key: value lines.")
            return None
        _refuse_twins(node, file, problems)
        values = loader.construct_document(node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problems.add(_what(error), where=_place(error, file), fix="Mend the YAML there.")
        return None
    finally:
        loader.dispose()
    return YamlMapping(
        values={str(key): value for key, value in values.items()},
        lines={str(key.value): key.start_mark.line + 1 for key, _ in node.value},
        entry_lines={
            str(key.value): [entry.start_mark.line + 1 for entry in value.value]
            for key, value in node.value
            if isinstance(value, yaml.SequenceNode)
        },
    )


def _refuse_twins(node: yaml.Node, file: str, problems: Problems) -> None:
    # YAML readers keep the last of two equal keys in silence, so a published label could vanish.
    pending, seen = [node], set()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, yaml.SequenceNode):
            pending.extend(current.value)
        if isinstance(current, yaml.MappingNode):
            pending.extend(value for _, value in current.value)
            _refuse_twin_keys(current, file, problems)


def _refuse_twin_keys(node: yaml.MappingNode, file: str, problems: Problems) -> None:
    names: set[str] = set()
    for key, _ in node.value:
        name = str(key.value)
        if name in names:
            where = f"{file}:{key.start_mark.line + 1}, field {name}"
            problems.add(f"key {name!r} stands twice", where=where, fix="Keep one of them.")
        names.add(name)


def _what(error: Exception) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None)
    return f"the file is not valid YAML: {problem or str(error).partition(chr(10))[0]}"


def _place(error: Exception, file: str) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"{file}:{mark.line + 1}" if mark is not None else file
