"""What several routes look up in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.api.shapes.runs import Run
from service.store import runs, verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from evals.records import RunRecord


def as_runs(session: Session, found: Sequence[RunRecord]) -> tuple[Run, ...]:
    """Return stored runs as they travel, each with its newest verdict."""
    kinds = verdicts.latest_kinds(session, [run.id for run in found])
    return tuple(Run.of(run, kinds.get(run.id)) for run in found)


def one_run(session: Session, run_id: str) -> Run:
    """Return the run with this id or prefix as it travels.

    Raises `RunNotFound` and `AmbiguousId`.
    """
    return as_runs(session, [runs.get(session, run_id)])[0]
