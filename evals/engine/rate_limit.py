"""A rate limit that spaces requests evenly instead of letting them burst."""

from __future__ import annotations

import anyio


class RateLimit:
    """At most ``per_minute`` requests a minute, one every ``60 / per_minute`` seconds."""

    def __init__(self, per_minute: float | None) -> None:
        self._spacing = 60.0 / per_minute if per_minute else 0.0
        self._next = 0.0

    async def wait(self) -> None:
        """Return when it is this caller's turn."""
        if not self._spacing:
            return
        now = anyio.current_time()
        turn = max(now, self._next)
        self._next = turn + self._spacing
        await anyio.sleep(turn - now)

    def count_retry(self) -> None:
        """Take one turn for a retry, which comes when its own wait is over: the rate stays."""
        if self._spacing:
            self._next = max(anyio.current_time(), self._next) + self._spacing
