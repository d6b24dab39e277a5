"""The world as jobs see it: the store, the configuration, the clock, the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from evals.config import Config
    from service.jobs.job import Job
    from service.keeper import Keeper


class Queue(Protocol):
    """Carries jobs to workers. What it loses, `service.jobs.pending` finds again."""

    def put(self, jobs: Sequence[Job]) -> None:
        """Hand jobs on; one whose key already waits is left out.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        ...

    def workers(self) -> int:
        """How many workers there are to share a large run between; at least 1."""
        ...


class Configured(Protocol):
    """The configuration of today, and the folders that hold golden sets."""

    def current(self) -> tuple[Config, Sequence[Path]]:
        """Return both."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """All that a job needs around it.

    ``must_leave`` says whether this process ends and its jobs must hand back what they hold.
    """

    keeper: Keeper
    configuration: Configured
    clock: Callable[[], datetime]
    queue: Queue
    must_leave: Callable[[], bool] = lambda: False
