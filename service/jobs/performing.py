"""Performing: what each kind of job does. Each looks at the facts first, and may find it done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import logs
from service.jobs.delivering import deliver_one
from service.jobs.job import Job, JobKind
from service.jobs.looking import look
from service.jobs.running import judge, perform_run
from service.jobs.sharing import perform_shard_of
from service.jobs.starting import start

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.world import World


def perform(job: Job, world: World) -> None:
    """Do a job, as far as it is still to be done.

    Raises:
        StoreUnavailable: The database does not answer; the job is found again.
        EvalsError: It cannot be done now.
    """
    with logs.about(job=job.key):
        _JOBS[job.kind](job.subject, world)


def _shard(subject: str, world: World) -> None:
    run_id, _, number = subject.rpartition("/")
    perform_shard_of(run_id, int(number), world)


_JOBS: dict[JobKind, Callable[[str, World], None]] = {
    JobKind.START: start,
    JobKind.RUN: perform_run,
    JobKind.SHARD: _shard,
    JobKind.JUDGE: judge,
    JobKind.PIN_CHECK: look,
    JobKind.DELIVER: deliver_one,
}
