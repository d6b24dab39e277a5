"""The queue of one process: each key waits once, each lock is in one hand at a time."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.jobs.job import Job


class LocalQueue:
    """Carries jobs from the threads of a process to the worker inside it."""

    def __init__(self) -> None:
        self._waiting: dict[str, Job] = {}
        self._locks: set[str] = set()
        self._closed = False
        self._changed = Condition()

    def put(self, jobs: Sequence[Job]) -> None:
        """Hand jobs on; one whose key already waits is left out."""
        with self._changed:
            for job in jobs:
                self._waiting.setdefault(job.key, job)
            self._changed.notify_all()

    def workers(self) -> int:
        """How many workers there are: the one in this process."""
        return 1

    @contextmanager
    def taken(self, *, timeout_seconds: float) -> Iterator[Job | None]:
        """Give the most urgent job that may run now, holding its lock; None when none came."""
        job = self._take(timeout_seconds)
        try:
            yield job
        finally:
            if job is not None:
                self._give_back(job)

    def close(self) -> None:
        """Give no more jobs."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _take(self, timeout_seconds: float) -> Job | None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._next() is not None, timeout_seconds
            )
            job = None if self._closed else self._next()
            if job is not None:
                del self._waiting[job.key]
                self._locks |= {job.lock} if job.lock else set()
            return job

    def _next(self) -> Job | None:
        free = (job for job in self._waiting.values() if job.lock not in self._locks)
        return max(free, key=lambda job: job.priority, default=None)

    def _give_back(self, job: Job) -> None:
        with self._changed:
            self._locks -= {job.lock} if job.lock else set()
            self._changed.notify_all()
