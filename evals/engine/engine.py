"""The parent's side: start a child for a plan, hand its samples on, stop it when asked."""

from __future__ import annotations

import multiprocessing
import queue
import shutil
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from evals.call_state import CallState
from evals.engine import child
from evals.engine.child import Ended
from evals.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from multiprocessing.queues import Queue

    from evals.endpoint import Endpoint
    from evals.engine.plan import RunPlan
    from evals.records import SampleRecord

PRELOADED = [
    "inspect_ai",
    "inspect_ai.model._providers.openai_compatible",
    "inspect_ai.model._providers.openai",
    "inspect_ai.model._providers.anthropic",
]
"""What the forkserver imports once, so that the second run of a process starts in a second."""

_POLL_SECONDS = 0.2
_DEAD_AFTER_FAILURES = 8


@dataclass(slots=True)
class Running:
    """A run under way; close it to stop asking."""

    _process: BaseProcess
    _rows: Queue[SampleRecord | Ended]
    _lifeline: Connection

    def samples(self) -> Iterator[SampleRecord | None]:
        """Yield each sample as it finishes, and None about five times a second while none does.

        Raises:
            EngineError: The child broke, or the endpoint answered none of its first calls.
        """
        failures: list[SampleRecord] | None = []
        while True:
            row = self._next()
            if isinstance(row, Ended):
                _raise_if_broken(row)
                return
            if row is not None and failures is not None:
                failures = _count_failure(failures, row)
            yield row
            if failures is not None and len(failures) >= _DEAD_AFTER_FAILURES:
                raise _endpoint_is_dead(failures[-1])

    def _next(self) -> SampleRecord | Ended | None:
        try:
            return self._rows.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            if self._process.is_alive():
                return None
        try:
            return self._rows.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            code = self._process.exitcode
            return Ended(status="error", error=f"the engine's process died (exit code {code})")

    def stop(self) -> None:
        """Stop asking; calls under way are dropped, and what finished is still in `samples`."""
        self._lifeline.close()


class _Started:
    """Owns the child for the length of a ``with`` block."""

    def __init__(self, plan: RunPlan) -> None:
        self._plan = plan

    def __enter__(self) -> Running:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        rows: Queue[SampleRecord | Ended] = context.Queue()
        theirs, ours = context.Pipe(duplex=False)
        process = context.Process(target=child.main, args=(self._plan, rows, theirs))
        process.start()
        theirs.close()
        self._running = Running(process, rows, ours)
        return self._running

    def __exit__(self, *_: object) -> None:
        self._running.stop()
        process = self._running._process  # noqa: SLF001 - one object in two halves
        process.join(timeout=15)
        if process.is_alive():
            process.kill()
            process.join()
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


def _knock(endpoint: Endpoint) -> None:
    """Open and close one connection, so that a wrong address fails in a moment and for free."""
    if endpoint.base_url is None:
        return
    url = urlsplit(endpoint.base_url)
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        socket.create_connection((url.hostname or "", port), timeout=5).close()
    except OSError as error:
        raise EngineError(
            f"nothing answers at the endpoint's address: {error.strerror or error}",
            where=endpoint.base_url,
            fix="Start the server, or correct base_url; `curl` the address to see for yourself.",
        ) from error


def _count_failure(failures: list[SampleRecord], row: SampleRecord) -> list[SampleRecord] | None:
    """Collect failures from the start of a run; None once anything was answered."""
    return [*failures, row] if row.state in (CallState.API_ERROR, CallState.TIMEOUT) else None


def _endpoint_is_dead(last: SampleRecord) -> EngineError:
    return EngineError(
        f"the first {_DEAD_AFTER_FAILURES} calls all failed, so the run was stopped: {last.error}",
        fix="Check the endpoint's model, base_url and key, then resume the run.",
    )


def _raise_if_broken(ended: Ended) -> None:
    if ended.status == "error":
        raise EngineError(
            f"the engine broke: {ended.error}",
            fix="See engine.log beside the run's transcript; resume the run when it is mended.",
        )
