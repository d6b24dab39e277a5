"""A job: one thing that is to be done, named so that nobody does it twice at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class JobKind(StrEnum):
    """What a job does."""

    START = "start"
    """A claimed slot becomes a run."""
    RUN = "run"
    """A run is asked, or goes on, and is judged when it ends."""
    SHARD = "shard"
    """One share of a large run is asked."""
    JUDGE = "judge"
    """A run that ended is judged."""
    DELIVER = "deliver"
    """A notification that is due is sent."""
    PIN_CHECK = "pin_check"
    """An endpoint is looked at, at no cost."""


_PRIORITIES: Final = {
    JobKind.DELIVER: 5,
    JobKind.JUDGE: 4,
    JobKind.START: 3,
    JobKind.PIN_CHECK: 2,
    JobKind.SHARD: 1,
    JobKind.RUN: 0,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One thing that is to be done. Doing it again, or finding it done, is harmless.

    Attributes:
        subject: What it is done to: the id of a slot, a run, ``run/shard``, a notification.
        lock: No two jobs with one lock run at once; none without.
    """

    kind: JobKind
    subject: str
    lock: str | None = None

    @property
    def key(self) -> str:
        """What tells it apart: of two that wait with one key, one is enough.

        >>> Job(kind=JobKind.RUN, subject="20260301-1200-ab12").key
        'run:20260301-1200-ab12'
        """
        return f"{self.kind}:{self.subject}"

    @property
    def priority(self) -> int:
        """The higher, the sooner: what is short and awaited comes before what takes long."""
        return _PRIORITIES[self.kind]


def asking_lock(endpoint: str, suite: str) -> str:
    """Return the lock that lets one run of a suite ask an endpoint at a time."""
    return f"ask:{endpoint}:{suite}"


def run_job(run_id: str, *, endpoint: str, suite: str) -> Job:
    """Return the job that performs a run."""
    return Job(kind=JobKind.RUN, subject=run_id, lock=asking_lock(endpoint, suite))


def judge_job(run_id: str, *, endpoint: str, suite: str) -> Job:
    """Return the job that judges a run that has ended, not while it is being performed."""
    return Job(kind=JobKind.JUDGE, subject=run_id, lock=asking_lock(endpoint, suite))


def shard_job(run_id: str, number: int) -> Job:
    """Return the job that asks one shard of a run."""
    subject = f"{run_id}/{number}"
    return Job(kind=JobKind.SHARD, subject=subject, lock=f"shard:{subject}")


def start_job(slot_id: int) -> Job:
    """Return the job that makes a claimed slot a run."""
    return Job(kind=JobKind.START, subject=str(slot_id), lock=f"start:{slot_id}")


def look_job(endpoint: str) -> Job:
    """Return the job that looks at the pin of an endpoint, at no cost."""
    return Job(kind=JobKind.PIN_CHECK, subject=endpoint, lock=f"look:{endpoint}")


def deliver_job(notification_id: int) -> Job:
    """Return the job that sends a message of the outbox."""
    subject = str(notification_id)
    return Job(kind=JobKind.DELIVER, subject=subject, lock=f"deliver:{subject}")
