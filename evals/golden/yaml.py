"""A YAML file that must be one mapping, its faults noted rather than raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.errors import ConfigError
from evals.yaml_source import read_yaml

if TYPE_CHECKING:
    from evals.golden.problems import Problems
    from evals.yaml_source import YamlSource

_FIX = "Mend the YAML there."


def parse_yaml_mapping(text: str, *, file: str, problems: Problems) -> YamlSource | None:
    """Read ``text`` as one YAML mapping; note what is wrong with it, and return None then."""
    try:
        source = read_yaml(text, name=file)
    except ConfigError as error:
        problems.add(error.what, where=error.where or file, fix=error.fix or _FIX)
    else:
        if isinstance(source.data, dict):
            return source
        problems.add("the file is not a mapping", where=file, fix="Write key: value lines.")
    return None
