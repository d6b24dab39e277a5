"""The story of a run on one page: plan, execute, ingest, compare, judge. Reads the clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from evals.compare.fingerprint import fingerprint_of
from evals.engine.plan import Asked, RunPlan, Secret
from evals.errors import ConfigError, EngineError
from evals.numbers import moment
from evals.records import RunStatus, SampleKey
from service.db.session import reading, writing
from service.stages.execute import execute
from service.stages.ingest import ingest_fingerprint, ingest_plan, ingest_samples
from service.stages.judge import judge_run
from service.stages.plan import Options, plan_run, planned_tasks
from service.stages.sample import Course, Step, course_of, first_look, terms_for
from service.stages.sample import next_step as adaptive_step
from service.store import documents, golden, readings, runs, samples
from service.subject import Subject, resolve_endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from evals.config import Config
    from evals.endpoint import Endpoint
    from evals.engine.plan import PlannedTask
    from evals.records import RunRecord
    from evals.report.view import RunReport
    from service.settings import Settings
    from service.stages.execute import Progress

UNFINISHED = (RunStatus.PLANNED, RunStatus.RUNNING, RunStatus.FAILED, RunStatus.CANCELLED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeper:
    """What the pipeline needs of the world: a database, and the settings around it."""

    engine: Engine
    settings: Settings


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the pipeline is where the clock is read


def new_run(keeper: Keeper, subject: Subject, options: Options) -> RunRecord:
    """Plan a run and store the plan; nothing is asked yet.

    It is an adaptive check where its pin has a baseline on this suite and no epochs were named.

    Raises:
        ConfigError: A budget without a price, or a key variable that is not set.
    """
    budget = options.budget_usd or subject.suite.budget_usd
    if budget is not None and subject.endpoint.price is None:
        raise ConfigError(
            f"a budget of {budget:g} USD cannot be kept: endpoint {subject.endpoint_name!r} has no "
            "price",
            fix="Add `price: {input: ..., output: ...}` in USD per million tokens.",
        )
    _asked(keeper, subject.endpoint)
    now = _now()
    with reading(keeper.engine) as session:
        terms = terms_for(session, subject, epochs=options.epochs)
        options = replace(options, adaptive=terms)
        tasks = planned(session, subject, options)
    run = plan_run(subject, options, run_id=_run_id(now), now=now, tasks=tasks)
    ingest_plan(keeper.engine, subject, run, log_dir=str(_log_dir(keeper, run.id)), now=now)
    return run


def planned(session: Session, subject: Subject, options: Options) -> tuple[PlannedTask, ...]:
    """Return what a run with ``options`` is sure to ask."""
    course = _course(session, subject, options)
    return planned_tasks(subject, options) if course is None else first_look(subject, course)


def _course(session: Session, subject: Subject, options: Options) -> Course | None:
    return course_of(session, subject, options.adaptive, limit=options.limit)


def perform(
    keeper: Keeper,
    subject: Subject,
    run: RunRecord,
    progress: Progress,
    *,
    budget_usd: float | None = None,
    at_once: bool = False,
) -> None:
    """Ask whatever of ``run`` is not in the store yet, and close the run.

    A run that is interrupted, breaks or spends its budget keeps its samples and its reason, and can
    be performed again. ``budget_usd`` replaces the budget that the run was planned with; what
    earlier attempts have spent counts against it. An adaptive check goes on until it is done, or
    until it waits for its confirmation: the run is then left running, with that as its reason, and
    is performed again later. ``at_once`` confirms without waiting.

    Raises:
        EngineError: The endpoint could not be asked.
        KeyboardInterrupt: As it came, after the run was closed as cancelled.
    """
    options = Options(**run.options)
    budget_usd = budget_usd or options.budget_usd or subject.suite.budget_usd
    next_step = _stepper(keeper, subject, run, options, at_once=at_once)
    _close(keeper, run.id, RunStatus.RUNNING)
    stopped = None
    try:
        step = next_step()
        while step.tasks and stopped is None:
            plan = _run_plan(keeper, subject, run, options, step.tasks)
            stopped = _ask(keeper, plan, progress, budget_usd=budget_usd)
            if stopped is None:
                step = next_step()
    except KeyboardInterrupt:
        _close(keeper, run.id, RunStatus.CANCELLED, "interrupted")
        raise
    except EngineError as error:
        _close(keeper, run.id, RunStatus.FAILED, str(error))
        raise
    _save_fingerprint(keeper, subject, run.id)
    if stopped is None and step.due_at is not None:
        _close(keeper, run.id, RunStatus.RUNNING, f"confirmation due at {moment(step.due_at)}")
        return
    _close(keeper, run.id, RunStatus.FAILED if stopped else RunStatus.COMPLETED, stopped or "")


def _stepper(
    keeper: Keeper, subject: Subject, run: RunRecord, options: Options, *, at_once: bool
) -> Callable[[], Step]:
    """Return what says, from what is stored by then, what to ask next."""
    with reading(keeper.engine) as session:
        course = _course(session, subject, options)

    def next_step() -> Step:
        with reading(keeper.engine) as session:
            if course is not None:
                return adaptive_step(session, subject, run, course, now=_now(), at_once=at_once)
            done = samples.done_keys(session, run.id)
        tasks = planned_tasks(subject, options, done=done)
        return Step(tasks=tuple(task for task in tasks if task.samples))

    return next_step


def _ask(
    keeper: Keeper, plan: RunPlan, progress: Progress, *, budget_usd: float | None
) -> str | None:
    """Ask everything in ``plan``; return why something of it was never answered, or None."""
    with reading(keeper.engine) as session:
        spent = readings.costs(session, plan.run_id).known_cost_usd
    stopped = execute(
        plan,
        keep=lambda batch: ingest_samples(keeper.engine, plan.run_id, batch),
        progress=progress,
        budget_usd=budget_usd,
        spent_usd=spent,
    )
    with reading(keeper.engine) as session:
        done = samples.done_keys(session, plan.run_id)
    asked = {
        SampleKey(task=task.name, item_id=sample.item.id, epoch=sample.epoch)
        for task in plan.tasks
        for sample in task.samples
    }
    missing = len(asked - done)
    return stopped or (f"{missing} samples were never answered" if missing else None)


def conclude(keeper: Keeper, subject: Subject, run_id: str) -> RunReport:
    """Compare a run with its baseline, judge it, keep the verdict and return the report."""
    return judge_run(
        keeper.engine,
        run_id,
        policy=subject.policy,
        alias_allowed=subject.endpoint.allow_alias,
        now=_now(),
    )


def subject_of(keeper: Keeper, config: Config, run_id: str) -> tuple[RunRecord, Subject]:
    """Return a stored run and its subject, exactly as they were planned.

    The suite and the golden sets come from the store, so that editing files does not change what a
    resumed run asks; key, price and limits come from the configuration of today.

    Raises:
        RunNotFound: There is no such run.
        ConfigError: The endpoint is gone from the configuration, or its pin has changed.
    """
    from evals.suite import Suite

    with reading(keeper.engine) as session:
        run = runs.get(session, run_id)
        suite = Suite.model_validate(
            documents.load_suite(session, name=run.suite, digest=run.suite_digest)
        )
        golden_sets = [golden.load_digest(session, t.golden_set_digest) for t in run.tasks]
    subject = Subject(
        endpoint_name=run.endpoint,
        endpoint=resolve_endpoint(config, run.endpoint),
        suite_name=run.suite,
        suite=suite,
        golden_sets=tuple(one for one in golden_sets if one is not None),
        policy=config.policy(suite.policy),
        judge=resolve_endpoint(config, suite.judge) if suite.judge else None,
    )
    if subject.pin.digest != run.pin_digest:
        raise ConfigError(
            f"endpoint {run.endpoint!r} is not what run {run.id} was pinned to",
            fix="Restore its model, base_url, parameters and system prompt, or start a new run.",
        )
    judge = subject.judge_pin
    if run.judge_pin_digest not in (None, judge.digest if judge else None):
        raise ConfigError(
            f"the judge {suite.judge!r} is not what run {run.id} began with",
            fix="Restore its model, base_url, parameters and system prompt, or start a new run.",
        )
    return run, subject


def _run_plan(
    keeper: Keeper,
    subject: Subject,
    run: RunRecord,
    options: Options,
    tasks: tuple[PlannedTask, ...],
) -> RunPlan:
    endpoint = subject.endpoint
    if options.max_connections is not None:
        limits = endpoint.limits.model_copy(update={"max_connections": options.max_connections})
        endpoint = endpoint.model_copy(update={"limits": limits})
    log_dir = _log_dir(keeper, run.id)
    return RunPlan(
        run_id=run.id,
        target=_asked(keeper, endpoint),
        judge=_asked(keeper, subject.judge) if subject.judge else None,
        tasks=tasks,
        sandbox=subject.suite.sandbox,
        log_dir=log_dir,
        scratch_dir=log_dir / "scratch",
    )


def _asked(keeper: Keeper, endpoint: Endpoint) -> Asked:
    """Read the key at the last moment; it goes to the child process and nowhere else."""
    variable = endpoint.key_variable
    key = keeper.settings.secret(variable) if variable else None
    if variable and key is None:
        raise ConfigError(
            f"the variable {variable}, which holds the key for {endpoint.model}, is not set",
            fix=f"export {variable}=... , or name another variable under api_key_env.",
        )
    return Asked(endpoint=endpoint, key=Secret(value=key))


def _save_fingerprint(keeper: Keeper, subject: Subject, run_id: str) -> None:
    with reading(keeper.engine) as session:
        records = readings.load(session, [run_id])[run_id]
    revealed = fingerprint_of(records, requested_parameters=subject.endpoint.parameters.requested())
    ingest_fingerprint(keeper.engine, run_id, revealed)


def _close(keeper: Keeper, run_id: str, status: RunStatus, reason: str = "") -> None:
    with writing(keeper.engine) as session:
        runs.set_status(session, run_id, status, expected=UNFINISHED, now=_now(), reason=reason)


def _run_id(now: datetime) -> str:
    """Return an id that sorts by time and can be read aloud."""
    return f"{now:%Y%m%d-%H%M}-{secrets.token_hex(2)}"


def _log_dir(keeper: Keeper, run_id: str) -> Any:
    return keeper.settings.logs_dir / run_id
