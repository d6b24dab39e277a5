"""Cancelling: a mark in the store that the performing process notices at its next sign of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.db.session import writing
from service.errors import RunFinished
from service.store import claims, runs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine


def cancel(engine: Engine, id_or_prefix: str, *, who: str, now: datetime) -> None:
    """End a run that nobody performs, and mark one that somebody does.

    Asking again changes nothing: the first mark stays.

    Raises:
        RunNotFound: There is no such run.
        AmbiguousId: There are several.
        RunFinished: It has ended already.
    """
    with writing(engine) as session:
        run = runs.get(session, id_or_prefix)
        if not claims.ask_to_cancel(session, run.id, who=who, now=now):
            raise RunFinished(
                f"run {run.id} is {run.status.value} already", fix="There is nothing to cancel."
            )
