"""From the name in a suite to the probe; a probe's room is imported when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from evals.digest import digest_of
from evals.errors import ConfigError
from evals.golden_set import GENERATED_BY, GoldenSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from evals.probes.probe import Probe

_KNOWN: Final = (
    "pushback",
    "lost_in_the_middle",
    "context_length",
    "primes",
    "determinism",
    "code_format",
    "instruction_floor",
    "abstention",
    "twins",
    "canary",
    "breadth",
    "judge",
)


def known_probes() -> tuple[str, ...]:
    """Return the names of the probes, in the order of docs/probes.md."""
    return _KNOWN


def probe_named(name: str) -> Probe:
    """Return the probe of that name.

    Raises:
        ConfigError: There is none.
    """
    if name not in _KNOWN:
        raise ConfigError(f"there is no probe {name!r}", fix=f"Use one of: {', '.join(_KNOWN)}.")
    probe: Probe = import_module(f"evals.probes.{name}").PROBE
    return probe


def probe_of(golden_set: str) -> Probe | None:
    """Return the probe that generated the set of that name; None for a set of a folder."""
    name = golden_set.removeprefix(GENERATED_BY)
    return None if name == golden_set else probe_named(name)


def options_of(name: str, options: Mapping[str, Any]) -> BaseModel:
    """Check the options of a probe, and fill in its defaults.

    Raises:
        ConfigError: There is no such probe, or an option is unknown or wrong.
    """
    probe = probe_named(name)
    try:
        return probe.options_type.model_validate(dict(options))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"option {where!r} of probe {name!r}: {first['msg']}",
            fix=f"Its options are: {', '.join(probe.options_type.model_fields)}.",
        ) from error


def generate(name: str, options: Mapping[str, Any]) -> GoldenSet:
    """Generate the questions of a probe as a golden set.

    Its version is the probe's; options other than the defaults add their digest.

    Raises: As `options_of`.
    """
    probe, chosen = probe_named(name), options_of(name, options)
    changed = chosen.model_dump(mode="json", exclude_defaults=True)
    label = probe.version + (f"-{digest_of(changed)[:8]}" if changed else "")
    return GoldenSet(
        name=GENERATED_BY + name,
        version=label,
        items=probe.items(chosen),
        description=probe.summary,
    )
