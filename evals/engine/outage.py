"""Tells an endpoint that fails now and then from one that is not there at all. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.errors import EngineError

if TYPE_CHECKING:
    from evals.records import Exchange

_AT_FIRST = 8
_ROUNDS = 2


class Outage:
    """Holds failures back until an answer shows that they belong to the measurement.

    An endpoint that fails call after call is not measured but absent: the run stops, and the held
    failures are dropped, so that a resumed run asks those samples again. Only an answer that was
    asked for after a failure speaks for it: an answer that was already under way when the server
    died proves nothing. One that ends a whole round of connections later began later.

    Args:
        max_connections: Conversations under way at once; when a server dies, all of them fail.
    """

    def __init__(self, *, max_connections: int) -> None:
        self._connections = max_connections
        self._patience = _AT_FIRST
        self._patience_later = _ROUNDS * max(_AT_FIRST, max_connections)
        self._ended = 0
        self._in_a_row = 0
        self._held: list[tuple[int, Exchange]] = []

    @property
    def held(self) -> list[Exchange]:
        """The failures that no answer has spoken for yet."""
        return [exchange for _, exchange in self._held]

    def sift(self, exchange: Exchange) -> list[Exchange]:
        """Return what can be handed on now that ``exchange`` has come.

        Raises:
            EngineError: Too many calls have failed in a row: 8 before the first answer, later two
                rounds of all connections.
        """
        if not any(row.calls for row in exchange):
            return [exchange]  # nothing was asked, so it says nothing of who answers
        self._ended += 1
        if any(row.calls and (row.state.answered or row.text is not None) for row in exchange):
            self._patience, self._in_a_row = self._patience_later, 0
            return [*self._spoken_for(), exchange]
        self._held.append((self._ended, exchange))
        self._in_a_row += 1
        if self._in_a_row >= self._patience:
            raise EngineError(
                f"{self._in_a_row} calls in a row have failed, so the run was stopped: "
                f"{exchange[-1].error}",
                fix="Check the endpoint's model, base_url and key, then resume the run.",
            )
        return []

    def _spoken_for(self) -> list[Exchange]:
        began_later = self._ended - self._connections
        released = [exchange for ended, exchange in self._held if ended <= began_later]
        self._held = [held for held in self._held if held[0] > began_later]
        return released
