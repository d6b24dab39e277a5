"""The grades of stored runs, brought to the scorers of today; earlier grades stay as rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.rescoring import is_outdated, regrade
from service.db.session import reading, writing
from service.store import baselines, runs, samples
from service.store.archive import Archive

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from evals.records import RunRecord
    from evals.rescoring import Regrade, Regrading

_GRADED_SINCE = "another version has graded it since today's, and the later grade counts"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rescored:
    """What became of one run.

    Attributes:
        regrading: What today's scorers say.
        added: The grades that are new in the store.
    """

    run: RunRecord
    regrading: Regrading
    added: tuple[Regrade, ...]

    @property
    def left(self) -> dict[str, int]:
        """Replies that keep a grade of another version, counted by the reason."""
        known = len(self.regrading.grades) - len(self.added)
        return {**self.regrading.left, **({_GRADED_SINCE: known} if known else {})}


def rescore_run(engine: Engine, run_id: str) -> Rescored:
    """Grade the stored replies of a run again, and add what is new in one transaction.

    Raises:
        RunNotFound: There is no such run.
        AmbiguousId: There are several.
    """
    with reading(engine) as session:
        archive = Archive(session=session)
        run = runs.get(session, run_id)
        regrading = regrade(archive.measured([run])[0].samples, archive.items([run]))
    with writing(engine) as session:
        scores = {one.key: one.after for one in regrading.grades}
        new = samples.add_scores(session, run.id, scores) if scores else frozenset()
    added = tuple(one for one in regrading.grades if one.key in new)
    return Rescored(run=run, regrading=regrading, added=added)


def outdated_beside(session: Session, run: RunRecord) -> tuple[str, ...]:
    """Return the runs of the comparison of ``run``, itself too, that could be graded again.

    Those are the runs of the baseline that it is compared with, or is part of: what two versions
    of a scorer graded is never compared.
    """
    basis = {"endpoint": run.endpoint, "suite": run.suite}
    found = baselines.find(session, **basis, pin_digest=run.pin_digest)
    found = found or baselines.find(session, **basis)
    ids = dict.fromkeys((*(found.run_ids if found else ()), run.id))
    archive = Archive(session=session)
    records = [runs.get(session, one) for one in ids]
    items = archive.items(records)
    return tuple(
        one.record.id for one in archive.measured(records) if is_outdated(one.samples, items)
    )
