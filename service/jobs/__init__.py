"""Jobs: what is to be done, derived from facts, and how each is done.

The tables are the truth and a queue is only transport: `pending` finds every job again, whatever a
queue has lost, and doing a job twice is harmless, because each looks at the facts first.
"""

from __future__ import annotations

from service.jobs.job import Job, JobKind, run_job
from service.jobs.pending import pending
from service.jobs.performing import perform

__all__ = ["Job", "JobKind", "pending", "perform", "run_job"]
