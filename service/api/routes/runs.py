"""Runs: list, look at, start, cancel; their samples."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query, Response

from evals.call_state import CallState
from evals.config import named
from evals.records import RunStatus
from service.api.access import READ, RUN, Runner
from service.api.looking import as_runs, one_run
from service.api.paging import (
    DEFAULT_ROWS,
    Cursor,
    Limit,
    cursor_of,
    moment_key,
    number_key,
    page_of,
)
from service.api.shapes.base import Page
from service.api.shapes.runs import Run, StartRun
from service.api.shapes.samples import Sample
from service.api.world import TheWorld
from service.cancelling import cancel
from service.db.session import reading
from service.jobs.job import judge_job, run_job
from service.pipeline import new_run
from service.stages.plan import Options
from service.store import handed, readings, runs
from service.subject import resolve

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from evals.records import RunRecord, SampleRecord

router = APIRouter(prefix="/runs", tags=["runs"])

RunId = Annotated[
    str,
    Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$", description="Or a prefix."),
]
Name = Annotated[str | None, Query(max_length=200)]


@router.get("", dependencies=[READ])
def list_runs(
    world: TheWorld,
    *,
    endpoint: Name = None,
    suite: Name = None,
    status: Annotated[list[RunStatus], Query(max_length=5)] = [],  # noqa: B006 - FastAPI copies it
    limit: Limit = DEFAULT_ROWS,
    cursor: Cursor = None,
) -> Page[Run]:
    """List runs, the newest first."""
    with reading(world.keeper.engine) as session:
        found = runs.newest(
            session,
            endpoint=endpoint,
            suite=suite,
            statuses=status,
            before=moment_key("runs", cursor),
            limit=limit + 1,
        )
        rows, following = page_of(found, limit, _run_cursor)
        return Page(items=as_runs(session, rows), next=following)


@router.post("", dependencies=[RUN], status_code=202)
def start_run(order: StartRun, world: TheWorld, response: Response) -> Run:
    """Plan a run and hand it to the workers.

    Only endpoints that the configuration names are asked.
    """
    config, folders = world.configuration.current()
    named(config.endpoints, order.endpoint, kind="endpoint")
    subject = resolve(config, endpoint=order.endpoint, suite=order.suite, search_paths=folders)
    now = world.clock()

    def hand_over(session: Session, run: RunRecord) -> None:
        handed.hand_over(session, run.id, now=now)

    options = Options(**order.model_dump(exclude={"endpoint", "suite"}))
    run = new_run(world.keeper, subject, options, linked=hand_over)
    world.queue.put([run_job(run.id, endpoint=run.endpoint, suite=run.suite)])
    response.headers["Location"] = f"/api/v1/runs/{run.id}"
    return Run.of(run, None)


@router.get("/{run_id}", dependencies=[READ])
def get_run(run_id: RunId, world: TheWorld) -> Run:
    """Return a run by its id, or by the first characters of it."""
    with reading(world.keeper.engine) as session:
        return one_run(session, run_id)


@router.post("/{run_id}/cancel", status_code=202)
def cancel_run(run_id: RunId, world: TheWorld, caller: Runner) -> Run:
    """Ask for a run to be cancelled: what is under way is kept, and nothing more is asked.

    A worker notices within seconds; a run that nobody performs is cancelled at once.
    """
    cancel(world.keeper.engine, run_id, who=caller.name, now=world.clock())
    run = get_run(run_id, world)
    if run.status is RunStatus.CANCELLED:
        world.queue.put([judge_job(run.id, endpoint=run.endpoint, suite=run.suite)])
    return run


@router.get("/{run_id}/samples", dependencies=[READ])
def list_samples(
    run_id: RunId,
    world: TheWorld,
    *,
    task: Name = None,
    state: Annotated[list[CallState], Query(max_length=20)] = [],  # noqa: B006 - FastAPI copies it
    limit: Limit = DEFAULT_ROWS,
    cursor: Cursor = None,
) -> Page[Sample]:
    """List the samples of a run in the order in which they were stored."""
    with reading(world.keeper.engine) as session:
        found = readings.page(
            session,
            runs.get(session, run_id).id,
            task=task,
            states=state,
            after=number_key("samples", cursor),
            limit=limit + 1,
        )
    rows, following = page_of(found, limit, _sample_cursor)
    return Page(items=tuple(Sample.of(sample) for _, sample in rows), next=following)


def _run_cursor(run: RunRecord) -> str:
    return cursor_of("runs", run.created_at.isoformat(), run.id)


def _sample_cursor(row: tuple[int, SampleRecord]) -> str:
    return cursor_of("samples", row[0])
