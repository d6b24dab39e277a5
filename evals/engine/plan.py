"""The run plan: everything that a child process needs to ask an endpoint, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evals.providers import provider_of
from evals.records import SampleKey

if TYPE_CHECKING:
    from pathlib import Path

    from evals.endpoint import Endpoint
    from evals.golden_set import Item
    from evals.suite import Sandbox


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """A key on its way to the provider's client; it never shows in a log or a traceback."""

    value: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSample:
    """One attempt to be made: which item, which epoch."""

    item: Item
    epoch: int

    def key(self, task: str) -> SampleKey:
        """Return what tells its sample apart within a run."""
        return SampleKey(task=task, item_id=self.item.id, arm=self.item.arm, epoch=self.epoch)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedTask:
    """A task and the attempts still to be made, in the order in which they are asked."""

    name: str
    samples: tuple[PlannedSample, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """An endpoint to ask, with its key."""

    endpoint: Endpoint
    key: Secret


@dataclass(frozen=True, kw_only=True, slots=True)
class RunPlan:
    """What one child process does.

    Attributes:
        target: The endpoint under watch.
        judge: The pinned judge; None unless a scorer needs one.
        log_dir: Where Inspect's transcript goes.
        scratch_dir: Everything else that Inspect writes; emptied after the run.
        batch_poll_seconds: The target is asked through its batch API, and looked at so often; None
            asks call by call.
    """

    run_id: str
    target: Asked
    judge: Asked | None
    tasks: tuple[PlannedTask, ...]
    sandbox: Sandbox
    log_dir: Path
    scratch_dir: Path
    batch_poll_seconds: float | None = None

    @property
    def keys(self) -> tuple[str | None, ...]:
        """The keys of everybody who is asked: what must not show in anything that is kept."""
        return tuple(asked.key.value for asked in (self.target, self.judge) if asked)

    @property
    def clients(self) -> frozenset[str | None]:
        """The packages through which is asked; None for a provider of which we know no client."""
        asked = (one.endpoint.model for one in (self.target, self.judge) if one)
        return frozenset(provider_of(model).client for model in asked)

    @property
    def size(self) -> int:
        """How many samples are to be taken."""
        return sum(len(task.samples) for task in self.tasks)
