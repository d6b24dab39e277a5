"""Sample: what an adaptive run asks next, from what the store holds of it and of its baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evals.compare.levels import level_of_run
from evals.compare.terms import Terms, terms_under
from evals.engine.plan import PlannedTask
from evals.probes.registry import probe_of
from evals.rounds import Stage, of_stage
from evals.sampling import Look, next_samples, plan_look, whole_look
from service.comparing import standing_of
from service.store import baselines, readings, samples
from service.store.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from evals.compare.standing import Sampling
    from evals.golden_set import GoldenSet
    from evals.records import RunRecord, SampleRecord
    from service.subject import Subject

Passes = tuple[tuple["SampleRecord", ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """All that an adaptive run decides by, beside its own samples; it holds for the whole run.

    ``looks`` are in the order of the subject's tasks.
    """

    terms: Terms
    passes: Passes
    looks: tuple[Look, ...]

    @property
    def most_calls(self) -> int:
        """Calls of the run at most: both looks and every retest, within the limit."""
        return sum(
            min(look.most_calls, 2 * look.size + self.terms.most_retests * len(look.items))
            for look in self.looks
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What to ask next. Without ``tasks`` the run is done, or waits until ``due_at``."""

    tasks: tuple[PlannedTask, ...]
    due_at: datetime | None = None


def terms_for(session: Session, subject: Subject, *, epochs: int | None) -> dict[str, Any] | None:
    """Return the terms of a run that begins now, as JSON values; None where it is not adaptive.

    It is, where its pin has a baseline on its suite, and neither ``epochs`` nor the suite say how
    often to ask.
    """
    if epochs or subject.suite.epochs > 1 or any(task.epochs for task in subject.suite.tasks):
        return None
    found = baselines.find(
        session,
        endpoint=subject.endpoint_name,
        suite=subject.suite_name,
        pin_digest=subject.pin.digest,
    )
    if found is None:
        return None
    alpha = level_of_run(subject.policy, subject.series)
    terms = terms_under(subject.policy, baseline=found.name, alpha=alpha)
    return terms.document()


def course_of(
    session: Session, subject: Subject, adaptive: Mapping[str, Any] | None, *, limit: int | None
) -> Course | None:
    """Return the course of an adaptive run under the terms ``adaptive``; None for a plain plan.

    It is what it was when the run was planned: the baseline never moves, and the terms are the
    run's own.
    """
    if adaptive is None:
        return None
    terms = Terms(**adaptive)
    blessed = baselines.get(session, terms.baseline).run_ids
    loaded = readings.load(session, blessed)
    passes = tuple(tuple(of_stage(loaded[run_id], Stage.FIRST)) for run_id in blessed)
    return Course(
        terms=terms,
        passes=passes,
        looks=tuple(
            _look(golden_set, passes, terms, limit=limit) for golden_set in subject.golden_sets
        ),
    )


def _look(golden_set: GoldenSet, passes: Passes, terms: Terms, *, limit: int | None) -> Look:
    items = golden_set.items[:limit]
    probe = probe_of(golden_set.name)
    if probe is not None:
        return whole_look(items, rounds=probe.epochs)
    return plan_look(items, _of_task(passes, golden_set.task), terms)


def first_look(subject: Subject, course: Course) -> tuple[PlannedTask, ...]:
    """Return what an adaptive run asks if nothing looks odd, retests of single items aside."""
    return tuple(
        PlannedTask(name=golden_set.task, samples=look.samples(Stage.FIRST))
        for golden_set, look in zip(subject.golden_sets, course.looks, strict=True)
    )


def next_step(
    session: Session,
    subject: Subject,
    run: RunRecord,
    course: Course,
    *,
    now: datetime,
    at_once: bool,
) -> Step:
    """Return what ``run`` asks next; the tasks that are due are repeated in one window.

    ``at_once`` repeats a suspicious look without waiting.
    """
    done = samples.done_keys(session, run.id)
    standing = _in_one_window(
        standing_of(
            Archive(session=session),
            run,
            course.terms,
            alias_allowed=subject.endpoint.allow_alias,
        )
    )
    tasks = tuple(
        PlannedTask(
            name=golden_set.task,
            samples=next_samples(
                look,
                standing.get(golden_set.task),
                task=golden_set.task,
                done=done,
                now=now,
                at_once=at_once,
            ),
        )
        for golden_set, look in zip(subject.golden_sets, course.looks, strict=True)
    )
    asked = tuple(task for task in tasks if task.samples)
    due = (one.due_at for one in standing.values() if one.due_at is not None)
    return Step(tasks=asked, due_at=None if asked else next(due, None))


def _in_one_window(standing: Mapping[str, Sampling]) -> dict[str, Sampling]:
    """Let all tasks wait for the last one, so that they are repeated together."""
    latest = max((one.due_at for one in standing.values() if one.due_at), default=None)
    return {
        name: replace(one, due_at=latest) if one.due_at else one for name, one in standing.items()
    }


def _of_task(passes: Passes, task: str) -> list[list[SampleRecord]]:
    return [[sample for sample in one if sample.key.task == task] for one in passes]
