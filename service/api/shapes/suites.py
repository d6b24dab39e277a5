"""Suites as they travel."""
# ruff: noqa: TC001 - pydantic reads the annotations of its models at run time

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from evals.suite import Sandbox
from service.api.shapes.base import Shape, shown

if TYPE_CHECKING:
    from evals.suite import Suite as Configured


class SuiteSource(StrEnum):
    """Where a suite comes from."""

    CONFIGURATION = "configuration"
    SHIPPED = "shipped"


class Suite(Shape):
    """What is run, as one unit, against an endpoint.

    Attributes:
        tasks: Each a golden set or a probe, as `evals.yaml` writes it.
    """

    model_config = shown(
        {
            "name": "weekly",
            "source": "configuration",
            "description": "What support promises.",
            "tasks": [{"golden_set": "support-faq", "version": None, "epochs": None}],
            "epochs": 1,
            "budget_usd": 2.0,
            "policy": "default",
            "sandbox": "none",
            "judge": None,
            "digest": "03ac" * 16,
        }
    )

    name: str
    source: SuiteSource
    description: str
    tasks: tuple[dict[str, Any], ...]
    epochs: int
    budget_usd: float | None
    policy: str
    sandbox: Sandbox
    judge: str | None
    digest: str

    @classmethod
    def of(cls, name: str, suite: Configured, source: SuiteSource) -> Suite:
        """Return a suite as it travels."""
        return cls(
            name=name,
            source=source,
            description=suite.description,
            tasks=tuple(task.model_dump(mode="json") for task in suite.tasks),
            epochs=suite.epochs,
            budget_usd=suite.budget_usd,
            policy=suite.policy,
            sandbox=suite.sandbox,
            judge=suite.judge,
            digest=suite.digest,
        )
