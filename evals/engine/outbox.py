"""The child's way out for rows: sent in the background, whole, and never held by a slow reader."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from evals.engine.ended import Ended
    from evals.records import Exchange


class Outbox:
    """Sends rows in order from a thread of its own, so that asking never waits for the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: SimpleQueue[Exchange | Ended | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._send, name="outbox", daemon=True)
        self._thread.start()

    def put(self, row: Exchange | Ended) -> None:
        """Queue a row; returns at once."""
        self._waiting.put(row)

    def close(self) -> None:
        """Return when everything was sent, or nobody reads any more."""
        self._waiting.put(None)
        self._thread.join()

    def _send(self) -> None:
        try:
            while (row := self._waiting.get()) is not None:
                self._connection.send(row)
        except OSError:
            pass  # the parent is gone or reads no more; what was not stored is asked again
