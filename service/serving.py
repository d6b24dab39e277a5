"""Serving: the scheduler, the API and, on SQLite, a worker, in one process.

Each has threads of its own. The main thread only waits, so that a signal is heard at once.
"""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass, replace
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn

from service.api.app import create_app
from service.errors import AddressRefused
from service.queue import is_shared
from service.scheduler.ticking import Scheduler
from service.worker import worker_of

if TYPE_CHECKING:
    from service.configuration import Configuration
    from service.worker import Manner, Worker
    from service.world import World

_LAST_ANSWERS_SECONDS = 10
_LOOK_SECONDS = 0.5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a server listens: a socket that is bound already, and how it is written."""

    host: str
    port: int
    listener: socket.socket

    @property
    def url(self) -> str:
        """The address as a person types it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def listen(host: str, port: int) -> Address:
    """Bind ``host`` and ``port``; port 0 takes a free one.

    Raises:
        AddressRefused: It is in use, not ours, or no address.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = found[0]
        listener = socket.create_server(address[:2], family=family)
    except (OSError, OverflowError) as error:
        raise AddressRefused(
            f"nothing can be served on {host}, port {port}: {_reason(error)}",
            fix="Choose another with --port or --host, or stop what listens there.",
        ) from error
    return Address(host=host, port=listener.getsockname()[1], listener=listener)


def _reason(error: OSError | OverflowError) -> str:
    number = getattr(error, "errno", None) or 0
    return os.strerror(number) if number > 0 else getattr(error, "strerror", None) or str(error)


class Serving:
    """A server that has not been started, or runs, or has been told to stop."""

    def __init__(
        self, world: World, configuration: Configuration, address: Address, manner: Manner
    ) -> None:
        self._scheduler = Scheduler(world.keeper, configuration)
        # Who watches a run is let go when the server stops, and asks the next one.
        seen = replace(world, must_leave=lambda: self._server.should_exit)
        worker = None if is_shared(world.keeper.engine) else worker_of(world, manner)
        app = create_app(
            seen,
            bound_to=address.host,
            ticked_at=lambda: self._scheduler.looked_at,
            worked_at=None if worker is None else lambda: worker.looked_at,
        )
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                log_level=logging.WARNING,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
            )
        )
        self._listener = address.listener
        self._worker = worker

    def run(self) -> None:
        """Serve; return once it was told to stop and everything has ended or was handed back."""
        web = Thread(target=self._answer, name="api")
        worker = Thread(target=self._work, args=[self._worker], name="worker")
        self._scheduler.start()
        web.start()
        worker.start()
        try:
            while web.is_alive():
                web.join(_LOOK_SECONDS)
        finally:
            self.stop()
            self._scheduler.stop()
            web.join()
            worker.join()

    def stop(self) -> None:
        """Take nothing new, and let what is under way end; a second time: hand it back at once.

        A signal handler may call it.
        """
        self._server.force_exit = self._server.should_exit
        self._server.should_exit = True
        if self._worker is not None:
            self._worker.stop()

    def _answer(self) -> None:
        # Outside of the main thread uvicorn leaves signals alone.
        self._server.run(sockets=[self._listener])

    def _work(self, worker: Worker | None) -> None:
        if worker is None:
            return
        try:
            worker.run()
        except Exception:  # noqa: BLE001 - told with its traceback; checks that wait are told as missing
            _log.exception("the worker inside ended; start the server again")
