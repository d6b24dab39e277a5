"""`evals.yaml`: endpoints, suites, policies. Parsing is pure; `load_config` reads the files."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.budgets import Budgets
from evals.channels import Alerts, taken_by_nothing
from evals.config_problems import raise_together
from evals.endpoint import Endpoint
from evals.errors import ConfigError
from evals.policy import Policy
from evals.schedule import Ping, Schedule
from evals.suite import Suite
from evals.watching import count_series, unknown_tiers
from evals.yaml_source import YamlSource, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

CONFIG_FILE = "evals.yaml"

T = TypeVar("T")


class Config(BaseModel):
    """The whole of ``evals.yaml``. Unknown keys are errors.

    Attributes:
        schedules: When which suite is asked of which endpoints; `evals serve` keeps to them.
        alerts: Who is told of what: channels, routes, the weekly digest.
        ping: Called after each completed check of a schedule that names none itself.
        budgets: What a month may cost, beside the budgets of suites, schedules and single runs.
        golden_sets: Folders with golden sets of one's own, relative to the file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoints: dict[str, Endpoint] = Field(default_factory=dict)
    suites: dict[str, Suite] = Field(default_factory=dict)
    policies: dict[str, Policy] = Field(default_factory=dict)
    schedules: dict[str, Schedule] = Field(default_factory=dict)
    alerts: Alerts = Alerts()
    ping: Ping | None = None
    budgets: Budgets = Budgets()
    golden_sets: tuple[str, ...] = ("golden_sets",)

    @model_validator(mode="after")
    def _has_budgets_of_known_endpoints(self) -> Config:
        unknown = sorted({*self.budgets.endpoints} - {*self.endpoints})
        if unknown:
            msg = f"budgets.endpoints names {unknown[0]!r}, and there is no such endpoint"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _has_routes_that_take_something(self) -> Config:
        problem = taken_by_nothing(self.alerts, self.endpoints)
        if problem is not None:
            raise ValueError(problem)
        return self

    @property
    def series(self) -> int:
        """How many series this file watches, as `evals.watching` counts them."""
        return count_series(self)

    def policy(self, name: str) -> Policy:
        """Return a policy by name; ``default`` always exists.

        Where the policy does not say by how many series its budget is shared, this file's are
        filled in, so that what is stored with a verdict says it.
        """
        found = named({"default": Policy(), **self.policies}, name, kind="policy")
        if found.series is not None or self.series == 0:
            return found
        return found.model_copy(update={"series": self.series})


def named(table: Mapping[str, T], name: str, *, kind: str) -> T:
    """Return ``table[name]``, or raise ConfigError that lists the names there are."""
    if name in table:
        return table[name]
    raise unknown_name(kind, name, table)


def unknown_name(kind: str, name: str, known: Iterable[str]) -> ConfigError:
    """Return the error for a name nobody defined: the nearest name first, then all there are."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    listed = ", ".join(names) if names else f"none; add one under its heading in {CONFIG_FILE}"
    return ConfigError(f"there is no {kind} {name!r}", fix=f"{hint}Known: {listed}.")


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of ``evals.yaml``, for editors and for checks in CI."""
    schema = Config.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = CONFIG_FILE
    return schema


def parse_config(text: str, *, name: str = CONFIG_FILE) -> Config:
    """Parse the text of ``evals.yaml``; ConfigError names file, line, field and fix.

    Several problems are told together, in the order of their lines, as `ConfigProblemsError`.
    """
    source = read_yaml(text, name=name)
    try:
        config = Config.model_validate({} if source.data is None else source.data)
    except ValidationError as error:
        try:
            raise_together(_problems(error.errors(), source), name=name)
        except ConfigError as told:
            raise told from error
    if problems := list(unknown_tiers(config, source)):
        raise_together(problems, name=name)
    return config


def load_config(path: Path) -> Config:
    """Read ``evals.yaml`` and the system prompt files that it names."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the configuration cannot be read: {_reason(error)}",
            where=str(path),
            fix="Name another file, or write one with `evals config init`.",
        ) from error
    config = parse_config(text, name=str(path))
    endpoints, problems = {}, []
    for name, endpoint in config.endpoints.items():
        try:
            endpoints[name] = _with_system_prompt(endpoint, name, path)
        except ConfigError as problem:
            problems.append(problem)
    if problems:
        raise_together(problems, name=str(path))
    return config.model_copy(update={"endpoints": endpoints})


def _with_system_prompt(endpoint: Endpoint, name: str, path: Path) -> Endpoint:
    if endpoint.system_prompt_file is None:
        return endpoint
    prompt_path = path.parent / endpoint.system_prompt_file
    try:
        prompt = prompt_path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the system prompt of endpoint {name!r} cannot be read from {prompt_path}: "
            f"{_reason(error)}",
            where=f"{path}, field endpoints.{name}.system_prompt_file",
            fix="Write a path relative to the configuration, or the text under system_prompt.",
        ) from error
    return endpoint.model_copy(update={"system_prompt": prompt, "system_prompt_file": None})


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return str(getattr(error, "strerror", None) or error)


def _problems(found: list[ErrorDetails], source: YamlSource) -> list[ConfigError]:
    """Return one error for each problem, in the order of their lines."""
    mistyped = {
        (*problem["loc"][:-1], meant)
        for problem in found
        if problem["type"] == "extra_forbidden"
        for meant in _meant(problem)
    }
    # A mistyped key is also a missing one, and what stands there tells more than what does not.
    told = [one for one in found if one["type"] != "missing" or one["loc"] not in mistyped]
    told.sort(key=lambda problem: source.line(problem["loc"]))
    return [_problem(one, source) for one in told]


def _problem(problem: ErrorDetails, source: YamlSource) -> ConfigError:
    what, fix = _explain(problem)
    return ConfigError(what, where=source.place(problem["loc"]), fix=fix)


def _meant(problem: ErrorDetails) -> list[str]:
    """Return the allowed key that an unknown one resembles most, if any does."""
    known = _keys_at(problem["loc"][:-1])
    return difflib.get_close_matches(str(problem["loc"][-1]), known, n=1)


def _explain(problem: ErrorDetails) -> tuple[str, str]:
    field = problem["loc"][-1] if problem["loc"] else "the file"
    if problem["type"] == "extra_forbidden":
        known = _keys_at(problem["loc"][:-1])
        near = _meant(problem)
        hint = f"Did you mean {near[0]}? " if near else ""
        return f"the key {field!r} is unknown", f"{hint}Allowed here: {', '.join(known)}."
    if problem["type"] == "missing":
        return f"the key {field!r} is missing", "Add it."
    if problem["type"] in ("model_type", "dict_type"):
        return f"{field} must hold keys with values", "Write `key: value` lines."
    if problem["type"] == "too_short":
        return f"the list {field!r} is empty", "Add at least one entry."
    message = problem["msg"].removeprefix("Value error, ")
    return message[0].lower() + message[1:], "Change the value."


def _keys_at(path: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the schema allows at ``path``, found by walking the published schema."""
    schema = json_schema()
    node: dict[str, Any] = schema
    for step in path:
        node = _schema_step(node, step)
        while "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    return sorted(node.get("properties", {}))


def _schema_step(node: dict[str, Any], step: int | str) -> dict[str, Any]:
    candidate: dict[str, Any] = node.get("properties", {}).get(step) or (
        node.get("items", {}) if isinstance(step, int) else node.get("additionalProperties") or {}
    )
    refs = [option for option in candidate.get("anyOf", []) if "$ref" in option]
    return refs[0] if refs else candidate
