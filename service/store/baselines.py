"""Baselines: blessed by a person, found by endpoint and suite, never moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from evals.coverage import Coverage
from evals.golden_set import is_generated
from evals.numbers import percent
from evals.policy import Policy
from evals.records import RunStatus
from service.db.tables import BaselineRetirementRow, BaselineRow, BaselineRunRow
from service.errors import BaselineNotFound, BaselineRefused
from service.store import readings, reblessing, runs
from service.store.absent import insert_absent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from evals.records import RunRecord


MINIMUM_COVERAGE = Policy().minimum_coverage
"""The share of a run's samples, task by task, that must have been graded for a blessing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """A blessed set of completed runs of one pin: who, when, why.

    ``run_ids`` are in the order in which they were named; ``retired_at`` is None while it holds.
    """

    name: str
    endpoint: str
    suite: str
    pin_digest: str
    who: str
    why: str
    created_at: datetime
    run_ids: tuple[str, ...]
    retired_at: datetime | None = None


def bless(
    session: Session, *, name: str, run_ids: Sequence[str], who: str, why: str, now: datetime
) -> Baseline:
    """Make the completed runs ``run_ids`` (ids or prefixes) the baseline ``name``.

    Alerts about the scores of its endpoint and suite are resolved by it.

    Raises `BaselineRefused` for runs that are not completed, of which too few samples could be
    graded, or that are not of one endpoint, pin and suite, and for a name that is taken;
    `RunNotFound` and `AmbiguousId` as `runs.get`.
    """
    named = [runs.get(session, run_id) for run_id in run_ids]
    blessed = list({run.id: run for run in named}.values())
    _refuse_unfit(blessed)
    for run in blessed:
        _refuse_thin(session, run)
    first = blessed[0]
    row = {
        "name": name,
        "endpoint": first.endpoint,
        "suite": first.suite,
        "pin_digest": first.pin_digest,
        "who": who,
        "why": why,
        "created_at": now,
    }
    new = insert_absent(session, BaselineRow, [row], "id")
    if not new:
        raise BaselineRefused(
            f"a baseline is already named {name!r}",
            fix="Choose another name; baselines never move.",
        )
    _save_runs(session, new[0].id, blessed)
    reblessing.close_after_blessing(session, blessed, baseline=name, who=who, why=why, now=now)
    return get(session, name)


def get(session: Session, name: str) -> Baseline:
    """Return the baseline ``name``, retired or not; raises `BaselineNotFound`."""
    row = session.execute(_select().where(BaselineRow.name == name)).one_or_none()
    if row is None:
        raise _not_found(name)
    return _baseline(session, *row)


def is_taken(session: Session, name: str) -> bool:
    """Whether a baseline has this name, retired or not."""
    return session.scalar(select(BaselineRow.id).where(BaselineRow.name == name)) is not None


def id_of(session: Session, name: str) -> int:
    """Return the row id of the baseline ``name``; raises `BaselineNotFound`."""
    baseline_id = session.scalar(select(BaselineRow.id).where(BaselineRow.name == name))
    if baseline_id is None:
        raise _not_found(name)
    return baseline_id


def find(
    session: Session, *, endpoint: str, suite: str, pin_digest: str | None = None
) -> Baseline | None:
    """Return the newest baseline in force; None when there is none.

    With ``pin_digest``, only a baseline of that very pin.
    """
    statement = (
        _select()
        .where(BaselineRow.endpoint == endpoint, BaselineRow.suite == suite)
        .where(BaselineRetirementRow.baseline_id.is_(None))
    )
    if pin_digest is not None:
        statement = statement.where(BaselineRow.pin_digest == pin_digest)
    row = session.execute(statement.limit(1)).one_or_none()
    return None if row is None else _baseline(session, *row)


def newest(
    session: Session,
    *,
    endpoint: str | None = None,
    suite: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> tuple[Baseline, ...]:
    """Return up to ``limit`` baselines, the newest first, retired ones included.

    ``before`` is the name of the last one seen. Raises `BaselineNotFound` for a name that is none.
    """
    statement = _select()
    if before is not None:
        statement = statement.where(BaselineRow.id < id_of(session, before))
    if endpoint is not None:
        statement = statement.where(BaselineRow.endpoint == endpoint)
    if suite is not None:
        statement = statement.where(BaselineRow.suite == suite)
    rows = session.execute(statement.limit(limit)).all()
    return tuple(_baseline(session, *row) for row in rows)


def retire(session: Session, name: str, *, who: str, why: str, now: datetime) -> bool:
    """End a baseline, with a reason; return False when it had ended before.

    Where runs were compared with it, what they found beside it is over. Raises `BaselineNotFound`.
    """
    one = get(session, name)
    place = {"endpoint": one.endpoint, "suite": one.suite, "pin_digest": one.pin_digest}
    compared_with = find(session, **place)
    row = {"baseline_id": id_of(session, name), "who": who, "why": why, "created_at": now}
    if not insert_absent(session, BaselineRetirementRow, [row], "baseline_id"):
        return False
    if compared_with is not None and compared_with.name == name:
        reblessing.close_after_retirement(
            session, **place, baseline=name, who=who, why=why, now=now
        )
    return True


def _select() -> Select[BaselineRow, datetime]:
    return (
        select(BaselineRow, BaselineRetirementRow.created_at)
        .outerjoin(BaselineRetirementRow, BaselineRetirementRow.baseline_id == BaselineRow.id)
        .order_by(BaselineRow.id.desc())
    )


def _not_found(name: str) -> BaselineNotFound:
    return BaselineNotFound(
        f"no baseline is named {name!r}", fix="See the names with `evals baseline list`."
    )


def _refuse_unfit(blessed: list[RunRecord]) -> None:
    if not blessed:
        raise BaselineRefused("no run was named", fix="Name at least one completed run.")
    for run in blessed:
        if run.status is not RunStatus.COMPLETED:
            raise BaselineRefused(
                f"run {run.id} is {run.status.value}, not completed",
                fix=f"Finish it with `evals runs resume {run.id}`, or leave it out.",
            )
        _refuse_stranger(run, blessed[0])


def _refuse_thin(session: Session, run: RunRecord) -> None:
    """Refuse what the default policy calls ``invalid``: later runs would be held to a gap."""
    states = readings.counts(session, run.id)
    for task in run.tasks:
        coverage = Coverage(
            states=states.get(task.name, {}), planned=task.planned_samples, minimum=MINIMUM_COVERAGE
        )
        if not coverage.is_whole(of_probe=is_generated(task.golden_set)):
            raise BaselineRefused(
                f"only {coverage.graded} of {coverage.total} samples of run {run.id} in "
                f"{task.name} could be graded; a baseline needs {percent(MINIMUM_COVERAGE)}",
                fix="Bless a run that was measured; start one with `evals run`.",
            )


def _refuse_stranger(run: RunRecord, first: RunRecord) -> None:
    for what, mine, others in (
        ("endpoint", run.endpoint, first.endpoint),
        ("suite", run.suite, first.suite),
        ("pin", run.pin_digest, first.pin_digest),
    ):
        if mine != others:
            raise BaselineRefused(
                f"run {run.id} has another {what} than run {first.id}: {mine} and {others}",
                fix="Bless runs of one endpoint, suite and pin together.",
            )


def _save_runs(session: Session, baseline_id: int, blessed: list[RunRecord]) -> None:
    rows = [
        {"baseline_id": baseline_id, "run_id": run.id, "position": position}
        for position, run in enumerate(blessed)
    ]
    session.execute(insert(BaselineRunRow), rows)


def _baseline(session: Session, row: BaselineRow, retired_at: datetime | None) -> Baseline:
    run_ids = session.scalars(
        select(BaselineRunRow.run_id)
        .where(BaselineRunRow.baseline_id == row.id)
        .order_by(BaselineRunRow.position)
    )
    return Baseline(
        name=row.name,
        endpoint=row.endpoint,
        suite=row.suite,
        pin_digest=row.pin_digest,
        who=row.who,
        why=row.why,
        created_at=row.created_at,
        run_ids=tuple(run_ids),
        retired_at=retired_at,
    )
