"""The only endpoint or suite there is, so that small projects type less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.config import CONFIG_FILE
from evals.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evals.config import Config


def only(config: Config, kind: str) -> str:
    """Return the name of the only ``endpoint`` or ``suite``.

    Raises:
        ConfigError: There is none, or more than one.
    """
    return only_of(config.endpoints if kind == "endpoint" else config.suites, kind)


def only_of(known: Iterable[str], kind: str) -> str:
    """Return the only one of the ``known`` names. Raises as `only`."""
    names = sorted(known)
    if len(names) == 1:
        return names[0]
    option = "as the first argument" if kind == "endpoint" else "with --suite"
    listed = f"one of {', '.join(names)}" if names else f"none is in {CONFIG_FILE}"
    example = "openai/gpt-4o-2024-08-06" if kind == "endpoint" else "support-faq"
    raise ConfigError(f"which {kind}? ({listed})", fix=f"Name it {option}, such as {example}.")
