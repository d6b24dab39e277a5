"""Drain: told to stop, jobs may go on for a while; then they hand back what they hold."""

from __future__ import annotations

import time
from threading import Event
from typing import Final

_NEVER: Final = float("inf")


class Drain:
    """When the jobs of a process must leave; their threads ask all the time, so it is light."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._deadline = _NEVER
        self.stopping = Event()

    def begin(self) -> None:
        """Start the time that is left; a second time, end it."""
        again = self.stopping.is_set()
        self._deadline = time.monotonic() + (0 if again else self._seconds)
        self.stopping.set()

    def must_leave(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._deadline
