"""The story of a run on one page: plan, execute, ingest, compare, judge. Reads the clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from evals.compare.fingerprint import fingerprint_of
from evals.engine.plan import Asked, RunPlan, Secret
from evals.errors import ConfigError, EngineError, GoldenSetError
from evals.numbers import moment
from evals.records import RunStatus
from service.db.session import reading
from service.errors import RunCancelled
from service.stages.alert import observe_run
from service.stages.claim import take
from service.stages.execute import execute
from service.stages.ingest import ingest_fingerprint, ingest_plan, ingest_samples
from service.stages.judge import judge_run
from service.stages.plan import Options, plan_run, planned_tasks
from service.stages.sample import Course, Step, course_of, first_look, terms_for
from service.stages.sample import next_step as adaptive_step
from service.store import documents, golden, readings, runs, samples
from service.subject import Subject, refuse_what_cannot_be_graded, resolve_endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from evals.config import Config
    from evals.endpoint import Endpoint
    from evals.engine.plan import PlannedTask
    from evals.golden_set import GoldenSet
    from evals.records import RunRecord, SampleRecord, TaskRecord
    from evals.report.view import RunReport
    from service.alerting.routing import Routing
    from service.keeper import Keeper
    from service.stages.claim import Held
    from service.stages.execute import Progress


@dataclass(frozen=True, kw_only=True, slots=True)
class _SignsOfLife:
    """A `Progress` that tells the store, too, that the run goes on."""

    progress: Progress
    held: Held

    def sample(self, record: SampleRecord) -> None:
        self.progress.sample(record)
        self.held.beat()

    def tick(self) -> None:
        self.progress.tick()
        self.held.beat()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the pipeline is where the clock is read


def new_run(
    keeper: Keeper,
    subject: Subject,
    options: Options,
    *,
    linked: Callable[[Session, RunRecord], None] | None = None,
) -> RunRecord:
    """Plan a run and store the plan; nothing is asked yet.

    It is an adaptive check where its pin has a baseline on this suite and no epochs were named.
    ``linked`` writes in the transaction that stores the run; if it raises, nothing is stored.

    Raises:
        ConfigError: A budget without a price, or a key variable that is not set.
    """
    _budget(subject, options)
    _check_keys(keeper, subject)
    now = _now()
    with reading(keeper.engine) as session:
        terms = terms_for(session, subject, epochs=options.epochs)
        options = replace(options, adaptive=terms)
        tasks = planned(session, subject, options)
    run = plan_run(subject, options, run_id=_run_id(now), now=now, tasks=tasks)
    log_dir = str(_log_dir(keeper, run.id))
    ingest_plan(keeper.engine, subject, run, log_dir=log_dir, now=now, linked=linked)
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
) -> None:
    """Ask whatever of ``run`` is not in the store yet, and close the run.

    A run that is interrupted, breaks or spends its budget keeps its samples and its reason, and can
    be performed again. ``budget_usd`` replaces the budget that the run was planned with; what
    earlier attempts have spent counts against it. An adaptive check goes on until it is done, or
    until it waits for its confirmation: the run is then left running, with that as its reason, and
    is performed again later. ``at_once`` confirms without waiting. However it ends, what the
    endpoint revealed of itself is kept. ``take_over`` takes the run from a process that hangs.

    Raises:
        ConfigError: As `new_run`.
        RunBusy: Another process performs the run.
        RunCancelled: Somebody asked for it; what had finished was kept, and the run was closed.
        EngineError: The endpoint could not be asked.
        KeyboardInterrupt: As it came, after the run was closed as cancelled.
    """
    options = Options(**run.options)
    budget = _budget(subject, options, budget_usd=budget_usd)
    _check_keys(keeper, subject)
    if run.status is RunStatus.COMPLETED:
        return
    next_step = _stepper(keeper, subject, run, options, at_once=at_once)
    held = take(keeper.engine, run.id, clock=_now, take_over=take_over)
    watched = _SignsOfLife(progress=progress, held=held)
    stopped = None
    try:
        try:
            step = next_step()
            while step.tasks and stopped is None:
                plan = _run_plan(keeper, subject, run, options, step.tasks)
                stopped = _ask(keeper, plan, watched, budget_usd=budget)
                if stopped is None:
                    step = next_step()
        finally:
            _save_fingerprint(keeper, subject, run.id)
    except KeyboardInterrupt:
        held.release(RunStatus.CANCELLED, "interrupted")
        raise
    except RunCancelled as asked:
        held.release(RunStatus.CANCELLED, asked.what)
        raise
    except EngineError as error:
        held.release(RunStatus.FAILED, str(error))
        raise
    if stopped is None and step.due_at is not None:
        held.release(RunStatus.RUNNING, f"confirmation due at {moment(step.due_at)}")
        return
    held.release(RunStatus.FAILED if stopped else RunStatus.COMPLETED, stopped or "")


def _budget(subject: Subject, options: Options, *, budget_usd: float | None = None) -> float | None:
    """Return the budget that holds: one given now, else the run's, else the suite's."""
    named = (budget_usd, options.budget_usd, subject.suite.budget_usd)
    budget = next((one for one in named if one is not None), None)
    if budget is not None and subject.without_price is not None:
        raise ConfigError(
            f"a budget of {budget:g} USD cannot be kept: endpoint {subject.without_price!r} has no "
            "price",
            fix="Add `price: {input: ..., output: ...}` in USD per million tokens.",
        )
    return budget


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
        spent = readings.costs(session, plan.run_id).cost_usd
    stopped = execute(
        plan,
        keep=lambda batch: ingest_samples(keeper.engine, plan.run_id, batch),
        progress=progress,
        budget_usd=budget_usd,
        spent_usd=spent,
    )
    with reading(keeper.engine) as session:
        done = samples.done_keys(session, plan.run_id)
    asked = {sample.key(task.name) for task in plan.tasks for sample in task.samples}
    missing = len(asked - done)
    return stopped or (f"{missing} samples were never answered" if missing else None)


def conclude(
    keeper: Keeper, subject: Subject, run_id: str, *, alerts: Routing | None = None
) -> RunReport:
    """Compare a run with its baseline, judge it, keep the verdict and return the report.

    ``alerts`` says who hears of it; the alerts and the messages are written with the verdict. None,
    as for a run by hand, keeps the verdict alone and tells nobody.
    """
    now = _now()

    def tell(session: Session, report: RunReport) -> None:
        if alerts is not None:
            observe_run(session, report, subject.policy, alerts, now)

    return judge_run(
        keeper.engine,
        run_id,
        policy=subject.policy,
        alias_allowed=subject.endpoint.allow_alias,
        now=now,
        advertised_tokens=subject.endpoint.advertised_context_tokens,
        then=tell,
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


def _check_keys(keeper: Keeper, subject: Subject) -> None:
    """Miss a key before anything is stored or asked, not in the middle of a run."""
    for endpoint in (subject.endpoint, subject.judge):
        if endpoint is not None:
            _asked(keeper, endpoint)


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
    if not records:
        return  # nothing was revealed, which is not the same as revealing nothing
    pinned = {
        item.content_digest
        for golden_set in subject.golden_sets
        for item in golden_set.items
        if not item.turns
    }
    revealed = fingerprint_of(
        records,
        requested_parameters=subject.endpoint.parameters.requested(),
        pinned_prompts=pinned,
    )
    ingest_fingerprint(keeper.engine, run_id, revealed)


def _run_id(now: datetime) -> str:
    """Return an id that sorts by time and can be read aloud."""
    return f"{now:%Y%m%d-%H%M}-{secrets.token_hex(2)}"


def _log_dir(keeper: Keeper, run_id: str) -> Any:
    return keeper.settings.logs_dir / run_id
