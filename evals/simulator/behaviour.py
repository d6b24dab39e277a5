"""All that can change on cue, and the one way to change it."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic reads the annotations at run time
from dataclasses import asdict, dataclass, field, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from evals.errors import ConfigError
from evals.simulator.faults import Fault
from evals.simulator.persona import Persona, Share

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_PERSONA_FIELDS = tuple(each.name for each in fields(Persona))


@dataclass(frozen=True, kw_only=True, slots=True)
class Behaviour:
    """How the endpoint behaves at one moment.

    Attributes:
        persona: Who answers.
        other: Who answers misrouted requests; share 1 is a model swap.
        misroute_share: Share of requests that ``other`` answers, drawn at every ask.
        faults: What goes wrong on the line; the first that strikes wins.
        version: Which recorded answers to replay; None takes the recordings' first version.
        mix_version: Recorded answers that are mixed in.
        mix_share: Share of requests that are answered from ``mix_version``, drawn at every ask.
        listed: Models that GET /v1/models names; None names those of the configuration.
        shutdown_date: The day on which they end, as the list says it (YYYY-MM-DD).
        stands_for: The model that the list gives as the one behind each name.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    persona: Persona = field(default_factory=Persona)
    other: Persona | None = None
    misroute_share: Share = 0.0
    faults: tuple[Fault, ...] = ()
    version: str | None = None
    mix_version: str | None = None
    mix_share: Share = 0.0
    listed: tuple[str, ...] | None = None
    shutdown_date: str | None = None
    stands_for: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """A change that comes by itself once ``after`` requests have arrived."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    after: Annotated[int, Field(ge=0)]
    change: Mapping[str, Any]


_BEHAVIOUR = TypeAdapter(Behaviour)
_CHANGEABLE = (
    *_PERSONA_FIELDS,
    *(each.name for each in fields(Behaviour) if each.name != "persona"),
)
_FIELDS_OF = {"other": _PERSONA_FIELDS, "faults": tuple(each.name for each in fields(Fault))}


def changed(behaviour: Behaviour, change: Mapping[str, Any]) -> Behaviour:
    """Return ``behaviour`` with the fields that ``change`` names replaced.

    Fields of `Persona` are named directly and change the persona; ``other`` and ``faults`` are
    replaced as a whole. Raises ConfigError when a field is unknown or a value is out of range.

    >>> after = changed(Behaviour(), {"skill_drop": 0.25, "faults": [{"kind": "empty"}]})
    >>> after.persona.skill_drop, after.faults[0].share
    (0.25, 1.0)
    """
    document = asdict(behaviour)
    for name, value in change.items():
        (document["persona"] if name in _PERSONA_FIELDS else document)[name] = value
    try:
        return _BEHAVIOUR.validate_python(document)
    except ValidationError as error:
        what, fix = _complaint(error.errors(include_url=False)[0])
        raise ConfigError(
            f"the simulator cannot follow a change: {what}",
            where=", ".join(sorted(change)),
            fix=fix,
        ) from error


def _complaint(problem: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong and how to mend it, with the names that a person would type."""
    names = [str(step) for step in problem["loc"] if step != "persona" and isinstance(step, str)]
    field_name = ".".join(names)
    if problem["type"] == "unexpected_keyword_argument":
        known = _FIELDS_OF.get(names[0] if len(names) > 1 else "", _CHANGEABLE)
        near = get_close_matches(names[-1], known, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        return f"there is no field {field_name!r}", f"{hint}Fields: {', '.join(known)}."
    must = problem["msg"].replace("Input should be", "must be")
    return f"{field_name} {must}, not {problem['input']!r}", "Change the value."
