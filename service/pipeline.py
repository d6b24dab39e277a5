"""The story of a run on one page: plan, execute, ingest, compare, judge. Reads the clock."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from evals.errors import ConfigError, EngineError, GoldenSetError
from evals.numbers import moment
from evals.records import RunStatus
from service.alerting.routing import routing_of
from service.asking import Asking, budget_of, check_keys, log_dir_of, save_fingerprint
from service.db.session import reading
from service.errors import HandedBack, KeyBusy, RunCancelled
from service.stages.afford import observe_budgets, refuse_beside_batches, refuse_unaffordable
from service.stages.claim import take
from service.stages.divide import shards_for
from service.stages.follow import observe_run
from service.stages.ingest import ingest_plan
from service.stages.judge import judge_run
from service.stages.plan import Options, plan_run, planned_tasks
from service.stages.sample import Course, Step, course_of, first_look, terms_for
from service.stages.sample import next_step as adaptive_step
from service.store import documents, golden, runs, samples, shards
from service.subject import Subject, refuse_what_cannot_be_graded, resolve_endpoint
from service.thresholds import Terms, terms_of
from service.working import Outcome, patient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from evals.config import Config
    from evals.engine.plan import PlannedTask
    from evals.golden_set import GoldenSet
    from evals.records import RunRecord, TaskRecord
    from evals.report.view import RunReport
    from service.keeper import Keeper
    from service.stages.claim import Held
    from service.stages.execute import Progress
    from service.working import Working

AWAITS_CONFIRMATION = "confirmation due at"
"""How the reason of a run begins that goes on later, to confirm what it found."""


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the pipeline is where the clock is read


def new_run(
    keeper: Keeper,
    subject: Subject,
    options: Options,
    *,
    schedule: str | None = None,
    linked: Callable[[Session, RunRecord], None] | None = None,
) -> RunRecord:
    """Plan a run and store the plan; nothing is asked yet.

    It is an adaptive check where its pin has a baseline on this suite and no epochs were named.
    ``schedule`` started it, or a person. ``linked`` writes in the transaction that stores the run;
    if it raises, nothing is stored.

    Raises:
        ConfigError: A budget without a price, or a key variable that is not set.
        BudgetRefused: It could break a budget of the month.
    """
    budget = budget_of(subject, options)
    check_keys(keeper, subject)
    now = _now()
    with reading(keeper.engine) as session:
        terms = terms_for(session, subject, epochs=options.epochs)
        options = replace(options, adaptive=terms)
        tasks = planned(session, subject, options)
        most = refuse_unaffordable(
            session,
            subject,
            tasks,
            budget_usd=budget,
            batch=bool(options.batch),
            schedule=schedule,
            now=now,
        )
    if options.batch:
        options = replace(options, batch_usd=most)
    run = plan_run(subject, options, run_id=_run_id(now), now=now, tasks=tasks)
    log_dir = str(log_dir_of(keeper, run.id))

    def in_transaction(session: Session, run: RunRecord) -> None:
        refuse_beside_batches(session, subject, run, schedule=schedule)
        if linked is not None:
            linked(session, run)

    ingest_plan(keeper.engine, subject, run, log_dir=log_dir, now=now, linked=in_transaction)
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
    take_over: bool = False,
    worker: Working | None = None,
) -> Outcome:
    """Ask whatever of ``run`` is not in the store yet, and close the run.

    A run that is interrupted, breaks or spends its budget keeps its samples and its reason, and can
    be performed again. ``budget_usd`` replaces the budget that the run was planned with; what
    earlier attempts have spent counts against it. An adaptive check goes on until it is done, or
    until it waits for its confirmation: the run is then left running, with that as its reason, and
    is performed again later. ``at_once`` confirms without waiting. However it ends, what the
    endpoint revealed of itself is kept. ``take_over`` takes the run from a process that hangs.

    A ``worker`` divides a large run among all workers, and leaves it to be joined once every shard
    has ended; it keeps within the limits that workers share, and leaves the run running where it
    can be tried again.

    Raises:
        ConfigError: As `new_run`.
        RunBusy: Another process performs the run.
        KeyBusy: Other workers use every connection that is allowed.
        HandedBack: The worker was told to leave.
        RunCancelled: Somebody asked for it; what had finished was kept, and the run was closed.
        EngineError: The endpoint could not be asked.
        KeyboardInterrupt: As it came, after the run was closed as cancelled.
    """
    options = Options(**run.options)
    budget = budget_of(subject, options, budget_usd=budget_usd)
    check_keys(keeper, subject)
    if run.status is RunStatus.COMPLETED:
        return Outcome(status=run.status)
    next_step = _stepper(keeper, subject, run, options, at_once=at_once)
    held = take(keeper.engine, run.id, clock=_now, take_over=take_over)
    with _released_on_error(held, worker):
        step = patient(worker)(next_step)
        parts = _parts(keeper, subject, run, step, worker)
        if parts > 1:
            held.divide(parts)
            return Outcome(status=RunStatus.RUNNING, shards=parts)
        asking = Asking(
            keeper=keeper,
            subject=subject,
            run=run,
            budget_usd=budget,
            most_connections=options.max_connections,
            worker=worker,
            clock=_now,
        )
        stopped, step = _ask_step_by_step(asking, next_step, step, progress, held)
    return _closed(held, worker, stopped, step)


def _ask_step_by_step(
    asking: Asking, next_step: Callable[[], Step], step: Step, progress: Progress, held: Held
) -> tuple[str | None, Step]:
    """Ask until nothing is left, or something stops it; return what, and the step it ended with."""
    stopped = None
    try:
        while step.tasks and stopped is None:
            stopped = asking.ask(step.tasks, progress, beat=held.beat)
            if stopped is None:
                step = patient(asking.worker)(next_step)
    finally:
        patient(asking.worker)(lambda: save_fingerprint(asking))
    return stopped, step


@contextmanager
def _released_on_error(held: Held, worker: Working | None) -> Iterator[None]:
    """Leave the run in the state that an error means for it."""
    left: tuple[RunStatus, str] | None = None
    try:
        yield
    except KeyboardInterrupt:
        left = RunStatus.CANCELLED, "interrupted"
        raise
    except RunCancelled as asked:
        left = RunStatus.CANCELLED, asked.what
        raise
    except (HandedBack, KeyBusy) as reason:
        left = RunStatus.RUNNING, reason.what
        raise
    except EngineError as error:
        again = worker is not None and not worker.last_attempt
        left = RunStatus.RUNNING if again else RunStatus.FAILED, str(error)
        raise
    finally:
        if left is not None:
            _release(held, worker, *left)


def _release(held: Held, worker: Working | None, status: RunStatus, reason: str) -> None:
    patient(worker)(lambda: held.release(status, reason))


def _closed(held: Held, worker: Working | None, stopped: str | None, step: Step) -> Outcome:
    if stopped is None and step.due_at is not None:
        due = f"{AWAITS_CONFIRMATION} {moment(step.due_at)}"
        _release(held, worker, RunStatus.RUNNING, due)
        return Outcome(status=RunStatus.RUNNING, due_at=step.due_at)
    status = RunStatus.FAILED if stopped else RunStatus.COMPLETED
    _release(held, worker, status, stopped or "")
    return Outcome(status=status)


def _parts(
    keeper: Keeper, subject: Subject, run: RunRecord, step: Step, worker: Working | None
) -> int:
    """Return into how many shards to divide what comes next; 1 for none.

    A run is divided once: its later steps are short, and asked by whoever joins the shards. A batch
    is one at its provider.
    """
    if worker is None or run.options.get("batch"):
        return 1
    count = shards_for(
        sum(len(task.samples) for task in step.tasks),
        workers=worker.workers,
        max_connections=subject.endpoint.limits.max_connections,
    )
    with reading(keeper.engine) as session:
        return 1 if run.id in shards.of_runs(session, [run.id]) else count


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


def conclude(keeper: Keeper, subject: Subject, run_id: str) -> RunReport:
    """Compare a run by hand with its baseline, judge it, keep the verdict and return the report.

    Nobody else is told.
    """
    terms = Terms(
        policy=subject.policy,
        alias_allowed=subject.endpoint.allow_alias,
        advertised_tokens=subject.endpoint.advertised_context_tokens,
        budgets=subject.budgets,
    )
    return _judged(keeper, terms, run_id, now=_now())


def conclude_and_tell(
    keeper: Keeper,
    run_id: str,
    config: Config,
    *,
    then: Callable[[Session, RunReport], None],
) -> RunReport:
    """Judge a run of the workers: the alerts and the messages are written with its verdict.

    It is judged by what the store holds of it, also where its endpoint was edited or removed since
    it was asked. ``then`` writes in the same transaction; if it raises, nothing is kept.
    """
    now, alerts = _now(), routing_of(config)
    with reading(keeper.engine) as session:
        terms = terms_of(session, config, runs.get(session, run_id))

    def tell(session: Session, report: RunReport) -> None:
        observe_run(session, report, terms.policy, alerts, now)
        observe_budgets(session, terms.budgets, alerts, now)
        then(session, report)

    return _judged(keeper, terms, run_id, now=now, then=tell)


def _judged(
    keeper: Keeper,
    terms: Terms,
    run_id: str,
    *,
    now: datetime,
    then: Callable[[Session, RunReport], None] | None = None,
) -> RunReport:
    return judge_run(
        keeper.engine,
        run_id,
        policy=terms.policy,
        alias_allowed=terms.alias_allowed,
        now=now,
        advertised_tokens=terms.advertised_tokens,
        then=then,
    )


def subject_of(keeper: Keeper, config: Config, run_id: str) -> tuple[RunRecord, Subject]:
    """Return a stored run and its subject, exactly as they were planned.

    The suite and the golden sets come from the store, so that editing files does not change what a
    resumed run asks; key, price and limits come from the configuration of today.

    Raises:
        RunNotFound: There is no such run.
        GoldenSetError: The store does not hold a golden set as the run was to ask it.
        ConfigError: The endpoint is gone from the configuration, or its pin has changed.
        ScorerError: An item needs a sandbox that the suite does not grant, or that is not there.
    """
    from evals.suite import Suite

    with reading(keeper.engine) as session:
        run = runs.get(session, run_id)
        suite = Suite.model_validate(
            documents.load_suite(session, name=run.suite, digest=run.suite_digest)
        )
        golden_sets = tuple(golden_set_as_asked(session, run, task) for task in run.tasks)
    subject = Subject(
        endpoint_name=run.endpoint,
        endpoint=resolve_endpoint(config, run.endpoint),
        suite_name=run.suite,
        suite=suite,
        golden_sets=golden_sets,
        policy=config.policy(suite.policy),
        judge=resolve_endpoint(config, suite.judge) if suite.judge else None,
        budgets=config.budgets,
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
    refuse_what_cannot_be_graded(subject)
    return run, subject


def golden_set_as_asked(session: Session, run: RunRecord, task: TaskRecord) -> GoldenSet:
    """Load a version by its name: another set may have the same content."""
    found = golden.load(session, name=task.golden_set, label=task.golden_set_version)
    if found is None or found.digest != task.golden_set_digest:
        raise GoldenSetError(
            f"the store does not hold golden set {task.golden_set!r} {task.golden_set_version} as "
            f"run {run.id} was to ask it",
            fix="Start a new run.",
        )
    return found


def _run_id(now: datetime) -> str:
    """Return an id that sorts by time and can be read aloud."""
    return f"{now:%Y%m%d-%H%M}-{secrets.token_hex(2)}"
