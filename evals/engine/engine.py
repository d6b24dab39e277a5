"""The parent's side: start a child for a plan, hand its samples on, stop it when asked."""

from __future__ import annotations

import multiprocessing
import shutil
import socket
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from evals.engine import child
from evals.engine.ended import Ended
from evals.engine.outage import Outage
from evals.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from evals.endpoint import Endpoint
    from evals.engine.plan import RunPlan
    from evals.records import Exchange

_WARM = "evals.engine.warm"
_WARM_CLIENTS = frozenset({"anthropic", "openai"})
_POLL_SECONDS = 0.2
_LAST_WORDS_SECONDS = 15.0


@dataclass(slots=True)
class Running:
    """A run under way; close it to stop asking."""

    _process: BaseProcess
    _rows: Connection
    _lifeline: Connection
    _outage: Outage

    def exchanges(self) -> Iterator[Exchange | None]:
        """Yield each conversation as it finishes, and None whenever none waits: time to store.

        None comes about five times a second while nothing happens. Failures are held back until an
        answer follows, see `evals.engine.outage`.

        Raises:
            EngineError: The child broke, or call after call has failed.
        """
        while not isinstance(row := self._next(), Ended):
            if row is None:
                yield None
                wait([self._rows], timeout=_POLL_SECONDS)
            else:
                yield from self._outage.sift(row)
        _raise_if_broken(row)
        if row.status == "success":
            yield from self._outage.held

    def _next(self) -> Exchange | Ended | None:
        try:
            return self._rows.recv() if self._rows.poll() else None
        except (EOFError, OSError):
            self._process.join(_LAST_WORDS_SECONDS)
            code = self._process.exitcode
            return Ended(status="error", error=f"the engine's process died (exit code {code})")

    def stop(self) -> None:
        """Stop asking; calls under way are dropped, and what finished is still in `exchanges`."""
        self._lifeline.close()


class _Started:
    """Owns the child for the length of a ``with`` block."""

    def __init__(self, plan: RunPlan) -> None:
        self._plan = plan

    def __enter__(self) -> Running:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_preloaded(self._plan))
        rows, rows_in = context.Pipe(duplex=False)
        lifeline_out, lifeline = context.Pipe(duplex=False)
        process = context.Process(target=child.main, args=(self._plan, rows_in, lifeline_out))
        process.start()
        # With our copies closed, each side notices when the other one dies.
        rows_in.close()
        lifeline_out.close()
        outage = Outage(max_connections=self._plan.target.endpoint.limits.max_connections)
        self._running = Running(process, rows, lifeline, outage)
        return self._running

    def __exit__(self, *_: object) -> None:
        running = self._running
        running.stop()
        running._rows.close()  # noqa: SLF001 - one object in two halves
        process = running._process  # noqa: SLF001 - as above
        process.join(timeout=_LAST_WORDS_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()
        shutil.rmtree(self._plan.scratch_dir, ignore_errors=True)


def start(plan: RunPlan) -> _Started:
    """Return a context manager that runs ``plan`` in a child process.

    Raises:
        EngineError: On entering, when nothing listens at the endpoint's base URL.
    """
    for asked in (plan.target, plan.judge):
        if asked is not None:
            _knock(asked.endpoint)
    return _Started(plan)


def _preloaded(plan: RunPlan) -> list[str]:
    """Return what the forkserver imports once, for all runs of this process.

    A client takes a second or two, so it loads those of the first run; a later run that needs
    another one loads it by itself.
    """
    return [_WARM, *sorted(f"{_WARM}_{client}" for client in plan.clients & _WARM_CLIENTS)]


def _knock(endpoint: Endpoint) -> None:
    """Open and close one connection, so that a wrong address fails in a moment and for free."""
    if endpoint.base_url is None:
        return
    url = urlsplit(endpoint.base_url)
    if url.scheme in getproxies() and not proxy_bypass(url.netloc):
        return  # the way there is the proxy's, not ours
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        socket.create_connection((url.hostname or "", port), timeout=5).close()
    except (OSError, UnicodeError) as error:  # the latter for names that no name server can spell
        reason = getattr(error, "strerror", None) or error
        raise EngineError(
            f"nothing answers at the endpoint's address: {reason}",
            where=endpoint.base_url,
            fix="Start the server, or correct base_url; `curl` the address to see for yourself.",
        ) from error


def _raise_if_broken(ended: Ended) -> None:
    if ended.status == "error":
        raise EngineError(
            f"the engine broke: {ended.error}",
            fix="See engine.log beside the run's transcript; resume the run when it is mended.",
        )
