"""How a worker performs a run, and how it leaves it; at a command line a person stays with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.db.patience import IMPATIENT, Patience
from service.errors import HandedBack

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from evals.records import RunStatus

_STORE_MAY_BE_AWAY = Patience(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Working:
    """What a worker does otherwise: it shares, it waits for the store, it can be told to leave.

    Attributes:
        must_leave: Whether this process ends, and what it does must go on elsewhere.
        workers: How many there are to divide a large run between.
        last_attempt: An endpoint that cannot be asked ends the run; before, it will be tried again.
    """

    must_leave: Callable[[], bool]
    workers: int = 1
    last_attempt: bool = True
    patience: Patience = _STORE_MAY_BE_AWAY

    def leave_if_told(self) -> None:
        """Stop here when this process ends.

        Raises:
            HandedBack: It does.
        """
        if self.must_leave():
            raise HandedBack("handed back by a worker that was stopped")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How a run was left.

    A run that is left running goes on at ``due_at``, or was divided into ``shards``.
    """

    status: RunStatus
    due_at: datetime | None = None
    shards: int = 0


def patient(worker: Working | None) -> Patience:
    """Return how long to wait for a store that does not answer."""
    return IMPATIENT if worker is None else worker.patience
