"""Watchers: one look a second at a run serves everybody who watches it on this server."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from service.errors import TooManyWatchers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

MOST: Final = 200
"""Lines that one server keeps open at once."""

_FRESH: Final = 0.9
"""Share of the time between two looks for which one serves: timers are early by a little."""

Seen = TypeVar("Seen")


@dataclass(slots=True)
class Watchers(Generic[Seen]):
    """Those who watch runs on this server. Of one event loop, so that nothing else comes between.

    Attributes:
        most: More are refused.
    """

    most: int = MOST
    _here: Counter[str] = field(default_factory=Counter, init=False)
    _looks: dict[str, tuple[float, asyncio.Future[Seen]]] = field(default_factory=dict, init=False)

    def refuse_one_more(self) -> None:
        """Refuse a watcher before the line is open.

        Raises:
            TooManyWatchers: As many as are served watch already.
        """
        if self._here.total() >= self.most:
            raise TooManyWatchers(
                f"{self.most} lines are watched on this server already",
                fix="Try again later, or ask for the run itself now and then.",
            )

    @contextmanager
    def watching(self, run_id: str) -> Iterator[None]:
        """Count a watcher of a run while it is there; the last one takes the look along."""
        self._here[run_id] += 1
        try:
            yield
        finally:
            self._here[run_id] -= 1
            if not self._here[run_id]:
                del self._here[run_id]
                self._looks.pop(run_id, None)

    async def look(
        self, run_id: str, look: Callable[[], Awaitable[Seen]], *, every_seconds: float
    ) -> Seen:
        """Return what ``look`` sees, or what it saw for another watcher just now.

        Raises: What ``look`` raises, to each who waits for it.
        """
        now = asyncio.get_running_loop().time()
        begun, seen = self._looks.get(run_id, (0.0, None))
        if seen is None or (seen.done() and now - begun >= _FRESH * every_seconds):
            seen = asyncio.ensure_future(look())
            seen.add_done_callback(_heard)
            self._looks[run_id] = now, seen
        return await asyncio.shield(seen)  # who leaves takes it from nobody else


def _heard(seen: asyncio.Future[Seen]) -> None:
    """Take note of an error, so that nothing is said of it when everybody has left."""
    if not seen.cancelled():
        seen.exception()
