"""Patience: waiting for a database that is being restarted, instead of losing what was paid for."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from service.errors import StoreFull, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """Tries something again for ``seconds`` while the database does not answer."""

    seconds: float
    pause_seconds: float = 0.5

    def __call__(self, work: Callable[[], _Result]) -> _Result:
        """Return what ``work`` returns; it must bear being done twice.

        Raises:
            StoreFull: At once: waiting frees no disk.
            StoreUnavailable: As it came, when patience ends.
        """
        end = time.monotonic() + self.seconds
        while True:
            try:
                return work()
            except StoreFull:
                raise
            except StoreUnavailable:
                if time.monotonic() >= end:
                    raise
            # A database that restarts tells nobody when it is back; `end` bounds the wait.
            time.sleep(self.pause_seconds)


IMPATIENT: Final = Patience(seconds=0)
"""For a person who waits, and who can start the database and repeat the command."""
