"""The suites that come with Pinwatch."""

from __future__ import annotations

from pydantic import ValidationError

from evals.errors import ConfigError
from evals.shipped import shipped_folder
from evals.suite import Suite
from evals.yaml_source import read_yaml


def known_suites() -> tuple[str, ...]:
    """Return the names of the shipped suites."""
    return tuple(sorted(path.stem for path in shipped_folder("suites").glob("*.yaml")))


def read_suite(name: str) -> Suite:
    """Read a shipped suite.

    >>> [task.golden_set for task in read_suite("starter").tasks][:2]
    ['support-faq', 'arithmetic']
    """
    path = shipped_folder("suites") / f"{name}.yaml"
    try:
        return Suite.model_validate(read_yaml(path.read_text("utf-8"), name=path.name).data)
    except (OSError, ValidationError) as error:
        raise ConfigError(f"the shipped suite {name!r} cannot be read", where=str(path)) from error
