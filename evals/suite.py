"""The unit that is run: tasks on golden set versions, epochs, budget, policy."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from evals.digest import digest_of
from evals.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Sandbox(StrEnum):
    """Where model-written code may run; never, unless a suite says so."""

    NONE = "none"
    SUBPROCESS = "subprocess"
    DOCKER = "docker"


class SuiteTask(BaseModel):
    """One task of a suite: a golden set, or a probe.

    Attributes:
        golden_set: Its name, in the project's ``golden_sets`` folder or among the shipped ones.
        version: The label that is expected; without it, whatever the folder holds.
        epochs: How often each item is asked in one run; the suite's number if absent. A probe says
            so itself.
        probe: The name of a probe (``evals probes list``), instead of a golden set.
        options: Of the probe; ``evals probes show NAME`` lists them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    golden_set: str | None = None
    version: str | None = None
    epochs: Annotated[int, Field(ge=1, le=100)] | None = None
    probe: str | None = None
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_one_of_both(self) -> SuiteTask:
        if (self.golden_set is None) == (self.probe is None):
            msg = "a task asks a golden_set or a probe; name one of the two"
            raise ValueError(msg)
        if self.probe is None and self.options:
            msg = "options belong to a probe; a golden set has none"
            raise ValueError(msg)
        if self.probe is not None:
            if self.version is not None or self.epochs is not None:
                msg = "a probe sets its own version and epochs; leave them out"
                raise ValueError(msg)
            _check_probe(self.probe, self.options)
        return self

    @model_serializer(mode="wrap")
    def _without_what_is_not_said(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A suite that names no probe keeps the digest that it had before there were any.
        document: dict[str, Any] = handler(self)
        unsaid = ("golden_set", "version", "epochs") if self.probe else ("probe", "options")
        return {name: value for name, value in document.items() if name not in unsaid}

    @property
    def name(self) -> str:
        """The name of the task in runs and reports."""
        return self.probe or str(self.golden_set).partition("@")[0]


def _check_probe(name: str, options: Mapping[str, Any]) -> None:
    from evals.probes.registry import options_of

    try:
        options_of(name, options)
    except ConfigError as error:
        raise ValueError(f"{error.what}. {error.fix}") from error


class Suite(BaseModel):
    """What is run, as one unit, against an endpoint.

    Attributes:
        tasks: Each on a golden set or probe of its own: samples are told apart by its name.
        budget_usd: A run that reaches it stops, and its verdict is ``invalid``.
        policy: The name of a policy in ``evals.yaml``.
        judge: The name of the endpoint that judges, for items that are judged by a model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str = ""
    tasks: Annotated[tuple[SuiteTask, ...], Field(min_length=1)]
    epochs: Annotated[int, Field(ge=1, le=100)] = 1
    budget_usd: Annotated[float, Field(gt=0)] | None = None
    policy: str = "default"
    sandbox: Sandbox = Sandbox.NONE
    judge: str | None = None

    @field_validator("tasks")
    @classmethod
    def _asks_each_once(cls, tasks: tuple[SuiteTask, ...]) -> tuple[SuiteTask, ...]:
        names = [task.name for task in tasks]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            msg = f"{twice[0]!r} is named twice; name it once, with more epochs or items"
            raise ValueError(msg)
        return tasks

    @property
    def digest(self) -> str:
        """The sha256 of what the suite says; golden set contents have digests of their own."""
        return digest_of(self.model_dump(mode="json", exclude={"description"}))


def suite_of_golden_set(name: str) -> Suite:
    """Return the suite that asks one golden set once: what ``--suite <golden set>`` means."""
    return Suite(tasks=(SuiteTask(golden_set=name),))
