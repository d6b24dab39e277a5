"""Serves an ASGI application on this machine only, in a thread, until the caller is done."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from evals.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

HOST = "127.0.0.1"
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


@contextmanager
def served(app: ASGIApp, *, port: int = 0) -> Iterator[str]:
    """Serve ``app`` and yield its base URL; port 0 takes any free one.

    Raises EngineError when the port is taken.
    """
    with _listening(port) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="critical",
                access_log=False,
                lifespan="off",
                ws="none",
                http="h11",
                loop="asyncio",
            )
        )
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listener])),
            name="loopback",
            daemon=True,
        )
        thread.start()
        try:
            _await_start(server, thread)
            yield f"http://{HOST}:{listener.getsockname()[1]}"
        finally:
            # Hanging answers are wanted here; a graceful stop would wait for them.
            server.force_exit = server.should_exit = True
            thread.join(_STOP_SECONDS)


@contextmanager
def until_stopped() -> Iterator[threading.Event]:
    """Yield an event that SIGINT and SIGTERM set; only the main thread may call this."""
    stop = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, lambda *_: stop.set()) for each in signals]
    try:
        yield stop
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)


def _listening(port: int) -> socket.socket:
    # Named as TCP, or asyncio does not switch Nagle's delay off (40 ms an answer).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise EngineError(
            f"port {port} is taken", where=HOST, fix="Choose another with --port, or 0 for any."
        ) from error
    listener.listen(256)
    return listener


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise EngineError("the loopback server did not start", where=HOST, fix="Try again.")
        time.sleep(0.005)  # uvicorn sets a flag and tells nobody; the deadline ends the wait
