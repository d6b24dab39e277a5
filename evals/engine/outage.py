"""Tells an endpoint that fails now and then from one that is not there at all. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.errors import EngineError

if TYPE_CHECKING:
    from evals.records import SampleRecord

_AT_FIRST = 8
_ROUNDS = 2


class Outage:
    """Holds failures back until an answer shows that they belong to the measurement.

    An endpoint that fails call after call is not measured but absent: the run stops, and the held
    failures are dropped, so that a resumed run asks those samples again.

    Args:
        max_connections: Calls under way at once; all of them fail together when a server dies.
    """

    def __init__(self, *, max_connections: int) -> None:
        self._patience = _AT_FIRST
        self._patience_later = _ROUNDS * max(_AT_FIRST, max_connections)
        self.held: list[SampleRecord] = []

    def sift(self, row: SampleRecord) -> list[SampleRecord]:
        """Return what can be handed on now that ``row`` has come.

        Raises:
            EngineError: Too many calls have failed in a row: 8 before the first answer, later two
                rounds of all connections.
        """
        self.held.append(row)
        if row.state.answered or row.text is not None:
            self._patience = self._patience_later
            released, self.held = self.held, []
            return released
        if len(self.held) >= self._patience:
            raise EngineError(
                f"{len(self.held)} calls in a row have failed, so the run was stopped: {row.error}",
                fix="Check the endpoint's model, base_url and key, then resume the run.",
            )
        return []
