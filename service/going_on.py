"""Which checks of one endpoint and suite are going on: nobody starts another beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from evals.records import RunStatus
from service.stages.claim import is_dead
from service.store import claims, handed, runs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from evals.records import RunRecord

_UNDER_WAY = (RunStatus.PLANNED, RunStatus.RUNNING)
_JUST_PLANNED = timedelta(minutes=1)
_MOST = 50


def going_on(
    session: Session, endpoint: str, suite: str, *, now: datetime, besides: str | None = None
) -> RunRecord | None:
    """Return the newest check that is going on, ``besides`` aside; None while there is none.

    What the workers have goes on until they are done with it. What a person started goes on while a
    process performs it: one that was killed keeps no slot waiting for ever.
    """
    found = runs.newest(session, endpoint=endpoint, suite=suite, statuses=_UNDER_WAY, limit=_MOST)
    others = (run for run in found if run.id != besides)
    return next((run for run in others if _goes_on(session, run, now)), None)


def _goes_on(session: Session, run: RunRecord, now: datetime) -> bool:
    if handed.get(session, run.id) is not None:
        return True
    claim = claims.claim_of(session, run.id)
    if claim is not None:
        return not is_dead(claim, now=now)
    return run.status is RunStatus.PLANNED and now - run.created_at < _JUST_PLANNED
