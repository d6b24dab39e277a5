"""Asking: a child process asks what is planned; its keys, its limits, its budget, its files."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from evals.compare.fingerprint import fingerprint_of
from evals.engine.plan import Asked, RunPlan, Secret
from evals.errors import ConfigError, EngineError
from evals.rounds import Stage, round_of
from service.db.session import reading
from service.errors import StoreUnavailable
from service.stages.afford import SharedBudgets, at_batch_price
from service.stages.execute import execute
from service.stages.ingest import ingest_fingerprint, ingest_samples
from service.stages.lease import lease
from service.store import readings, samples
from service.working import patient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from evals.endpoint import Endpoint
    from evals.engine.plan import PlannedTask
    from evals.records import RunRecord, SampleRecord
    from service.keeper import Keeper
    from service.stages.execute import Progress
    from service.stages.plan import Options
    from service.subject import Subject
    from service.working import Working


@dataclass(frozen=True, kw_only=True, slots=True)
class _Watched:
    """A `Progress` that gives signs of life, too, and learns from them whether to go on."""

    progress: Progress
    signs: tuple[Callable[[], None], ...]

    def sample(self, record: SampleRecord) -> None:
        self.progress.sample(record)
        self._give()

    def tick(self) -> None:
        self.progress.tick()
        self._give()

    def _give(self) -> None:
        for sign in self.signs:
            sign()


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """All that asking a run, or one of its shards, needs.

    Attributes:
        budget_usd: Of all that the run spends; None for no limit.
        stops_at_usd: Where a shard stops that counts what the run had spent when it began, and what
            it spends itself; None where the budget alone ends it.
        most_connections: Fewer than the endpoint allows, or, at a command line, more.
        worker: None at a command line.
        part: The shard, and how many there are; None for the whole run.
        batch_poll_seconds: How often a batch is looked at.
    """

    keeper: Keeper
    subject: Subject
    run: RunRecord
    budget_usd: float | None
    stops_at_usd: float | None = None
    most_connections: int | None = None
    worker: Working | None = None
    part: tuple[int, int] | None = None
    clock: Callable[[], datetime]
    batch_poll_seconds: float = 15.0

    def ask(
        self, tasks: tuple[PlannedTask, ...], progress: Progress, *, beat: Callable[[], None]
    ) -> str | None:
        """Ask everything in ``tasks``; return why something of it was never answered, or None.

        ``beat`` gives signs of life for whoever holds what is asked.

        Raises:
            EngineError: The endpoint could not be asked, or left a worker without some answer.
            KeyBusy: Other workers use every connection that is allowed.
            HandedBack: The worker was told to leave.
            KeyboardInterrupt: As it came.
        """
        patience = patient(self.worker)
        shared = SharedBudgets(
            engine=self.keeper.engine,
            subject=self.subject,
            run_id=self.run.id,
            own_usd=self.budget_usd,
        )
        with self._within_limits() as (subject, signs):
            signs = (beat, *signs)
            stopped = execute(
                self._plan(subject, tasks),
                keep=lambda batch: patience(lambda: self._keep(batch)),
                progress=_Watched(
                    progress=progress, signs=tuple(partial(patience, sign) for sign in signs)
                ),
                budget_usd=self.budget_usd if self.stops_at_usd is None else self.stops_at_usd,
                spent_usd=patience(self._spent),
                enough=lambda batch: patience(lambda: shared.enough(batch)),
            )
        return stopped or self._unless_complete(patience(lambda: self._missing(tasks)))

    @contextmanager
    def _within_limits(self) -> Iterator[tuple[Subject, tuple[Callable[[], None], ...]]]:
        """Give the limits that hold for this part, and what keeps them ours."""
        if self.worker is None:
            yield _limited(self.subject, self.most_connections), ()
            return
        number, parts = self.part or (0, 1)
        leased = lease(
            self.keeper.engine,
            self.subject,
            f"{self.run.id}/{number}",
            parts=parts,
            most=self.most_connections,
            clock=self.clock,
        )
        try:
            yield leased.within(self.subject), (leased.renew, self.worker.leave_if_told)
        finally:
            with suppress(StoreUnavailable):  # it expires by itself
                leased.give_back()

    def _unless_complete(self, missing: int) -> str | None:
        words = f"{missing} samples were never answered"
        if missing and self.worker is not None:
            raise EngineError(words)
        return words if missing else None

    def _keep(self, batch: Sequence[SampleRecord]) -> None:
        ingest_samples(self.keeper.engine, self.run.id, batch)

    def _spent(self) -> float | None:
        with reading(self.keeper.engine) as session:
            return readings.costs(session, self.run.id).cost_usd

    def _missing(self, tasks: tuple[PlannedTask, ...]) -> int:
        with reading(self.keeper.engine) as session:
            done = samples.done_keys(session, self.run.id)
        wanted = {sample.key(task.name) for task in tasks for sample in task.samples}
        return len(wanted - done)

    def _plan(self, subject: Subject, tasks: tuple[PlannedTask, ...]) -> RunPlan:
        log_dir = log_dir_of(self.keeper, self.run.id)
        batch = bool(self.run.options.get("batch")) and _is_first_look(tasks)
        target = at_batch_price(subject).endpoint if batch else subject.endpoint
        return RunPlan(
            run_id=self.run.id,
            target=asked(self.keeper, target),
            judge=asked(self.keeper, subject.judge) if subject.judge else None,
            tasks=tasks,
            sandbox=subject.suite.sandbox,
            log_dir=log_dir,
            scratch_dir=log_dir / ("scratch" if self.part is None else f"scratch-{self.part[0]}"),
            batch_poll_seconds=self.batch_poll_seconds if batch else None,
        )


def _is_first_look(tasks: tuple[PlannedTask, ...]) -> bool:
    """Whether nothing of it confirms what was found: that is not left to a batch, which may wait.

    A probe's draws are all of the first look.
    """
    stages = {round_of(sample.epoch).stage for task in tasks for sample in task.samples}
    return stages == {Stage.FIRST}


def budget_of(
    subject: Subject, options: Options, *, budget_usd: float | None = None
) -> float | None:
    """Return the budget that holds: one given now, else the run's, else the suite's.

    Raises:
        ConfigError: It cannot be kept, for a price is unknown.
    """
    named = (budget_usd, options.budget_usd, subject.suite.budget_usd)
    budget = next((one for one in named if one is not None), None)
    if budget is not None and subject.without_price is not None:
        raise ConfigError(
            f"a budget of {budget:g} USD cannot be kept: endpoint {subject.without_price!r} has no "
            "price",
            fix="Add `price: {input: ..., output: ...}` in USD per million tokens.",
        )
    return budget


def check_keys(keeper: Keeper, subject: Subject) -> None:
    """Miss a key before anything is stored or asked, not in the middle of a run.

    Raises:
        ConfigError: The variable that holds a key is not set.
    """
    for endpoint in (subject.endpoint, subject.judge):
        if endpoint is not None:
            asked(keeper, endpoint)


def asked(keeper: Keeper, endpoint: Endpoint) -> Asked:
    """Read the key at the last moment; it goes to the child process and nowhere else.

    Raises:
        ConfigError: The variable that holds it is not set.
    """
    variable = endpoint.key_variable
    key = keeper.settings.secret(variable) if variable else None
    if variable and key is None:
        raise ConfigError(
            f"the variable {variable}, which holds the key for {endpoint.model}, is not set",
            fix=f"export {variable}=... , or name another variable under api_key_env.",
        )
    return Asked(endpoint=endpoint, key=Secret(value=key))


def save_fingerprint(asking: Asking) -> None:
    """Keep what the endpoint has revealed of itself in all samples of the run so far."""
    subject, run_id = asking.subject, asking.run.id
    with reading(asking.keeper.engine) as session:
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
    ingest_fingerprint(asking.keeper.engine, run_id, revealed)


def _limited(subject: Subject, most_connections: int | None) -> Subject:
    if most_connections is None:
        return subject
    limits = subject.endpoint.limits.model_copy(update={"max_connections": most_connections})
    endpoint = subject.endpoint.model_copy(update={"limits": limits})
    return replace(subject, endpoint=endpoint)


def log_dir_of(keeper: Keeper, run_id: str) -> Path:
    """Return the folder of a run's transcripts on this machine."""
    return keeper.settings.logs_dir / run_id
