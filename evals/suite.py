"""The unit that is run: tasks on golden set versions, epochs, budget, policy."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from evals.digest import digest_of


class Sandbox(StrEnum):
    """Where model-written code may run; never, unless a suite says so."""

    NONE = "none"
    SUBPROCESS = "subprocess"
    DOCKER = "docker"


class SuiteTask(BaseModel):
    """One task of a suite.

    Attributes:
        golden_set: Its name, in the project's ``golden_sets`` folder or among the shipped ones.
        version: The label that is expected; without it, whatever the folder holds.
        epochs: How often each item is asked in one run; the suite's number if absent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    golden_set: str
    version: str | None = None
    epochs: Annotated[int, Field(ge=1, le=100)] | None = None


class Suite(BaseModel):
    """What is run, as one unit, against an endpoint.

    Attributes:
        tasks: Each on a golden set of its own: samples are told apart by its name.
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
    def _asks_each_golden_set_once(cls, tasks: tuple[SuiteTask, ...]) -> tuple[SuiteTask, ...]:
        names = [task.golden_set.partition("@")[0] for task in tasks]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            msg = f"golden set {twice[0]!r} is named twice; name it once, with more epochs"
            raise ValueError(msg)
        return tasks

    @property
    def digest(self) -> str:
        """The sha256 of what the suite says; golden set contents have digests of their own."""
        return digest_of(self.model_dump(mode="json", exclude={"description"}))


def suite_of_golden_set(name: str) -> Suite:
    """Return the suite that asks one golden set once: what ``--suite <golden set>`` means."""
    return Suite(tasks=(SuiteTask(golden_set=name),))
