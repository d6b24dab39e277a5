"""YAML that remembers its lines, so that an error can say where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from evals.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class YamlSource:
    """A parsed YAML document and the node tree that it came from."""

    name: str
    data: Any
    root: yaml.Node | None

    def line(self, path: Sequence[int | str]) -> int:
        """Return the 1-based line of ``path``, or of its nearest ancestor that exists."""
        node, line = self.root, 1
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            mark, node = found
            line = mark.start_mark.line + 1
        return line

    def place(self, path: Sequence[int | str]) -> str:
        r"""Return ``file:line, field a.b.c`` for an error message.

        >>> source = read_yaml("endpoints:\n  a:\n    model: x\n", name="evals.yaml")
        >>> source.place(("endpoints", "a", "model"))
        'evals.yaml:3, field endpoints.a.model'
        """
        field = ".".join(str(step) for step in path)
        return f"{self.name}:{self.line(path)}" + (f", field {field}" if field else "")


def read_yaml(text: str, *, name: str) -> YamlSource:
    """Parse one YAML document; duplicate keys and syntax errors raise ConfigError with their line.

    Only plain data is read: tags that would construct objects are refused.
    """
    try:
        loader = yaml.SafeLoader(text)
        try:
            root = loader.get_single_node()
            _refuse_duplicate_keys(root, name)
            data = loader.construct_document(root) if root is not None else None
        finally:
            loader.dispose()
    except (ValueError, TypeError, RecursionError) as error:
        # The loader's own constructors: an impossible date, a list as a key, nesting without end.
        raise ConfigError(
            f"this is not valid YAML: {error}", where=name, fix="Mend or quote it."
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ConfigError(
            f"this is not valid YAML: {problem}",
            where=f"{name}:{mark.line + 1}" if mark else name,
            fix="Mend the line; indentation is by spaces, and text with ': ' wants quotes.",
        ) from error
    return YamlSource(name=name, data=data, root=root)


def _child(node: yaml.Node | None, step: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _refuse_duplicate_keys(node: yaml.Node | None, name: str) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise ConfigError(
                    f"the key {key.value!r} stands twice",
                    where=f"{name}:{key.start_mark.line + 1}",
                    fix="Keep one of the two.",
                )
            seen.add(str(key.value))
            _refuse_duplicate_keys(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_duplicate_keys(value, name)
