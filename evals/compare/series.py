"""A measured run, series by series: a golden set is one, a probe as many as it has views."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from evals.call_state import CallState
from evals.compare.measured import Traits
from evals.compare.standing import WholeLook
from evals.probes.answer import Answer, answers_of
from evals.probes.probe import Better
from evals.probes.registry import probe_of
from evals.records import SampleKey, SampleRecord, ScoreRecord
from evals.rounds import Stage, round_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.compare.measured import MeasuredRun
    from evals.golden_set import GoldenSet, Item
    from evals.probes.probe import Probe, View
    from evals.records import TaskRecord


GUARD: Final = "judge"
"""The probe that guards the judge; a suite with a judge gets it by itself."""


def by_series(run: MeasuredRun, items: Mapping[str, Item]) -> MeasuredRun:
    """Return ``run`` with each view of a probe as a task of its own, ``probe/view``.

    Whatever compares, remembers and judges tasks then does so for the series of a probe, also for
    one that nothing in the run belongs to (answers that were wrong at first, where none was). The
    views of each stage are taken by themselves: a repetition is another look.
    """
    samples: list[SampleRecord] = []
    tasks: list[TaskRecord] = []
    traits: dict[str, Traits] = {}
    for task in run.record.tasks:
        mine = [sample for sample in run.samples if sample.key.task == task.name]
        probe = probe_of(task.golden_set)
        if probe is None:
            samples += mine
            tasks.append(task)
            continue
        look = _look(task, mine)
        for name, views in _views(probe, mine, items).items():
            series = f"{task.name}/{name}"
            rows = [_renamed(row, series) for view in views for row in view.rows]
            samples += rows
            tasks.append(_planned(task, series, look, rows))
            traits[series] = Traits(
                # What guards the judge says nothing of the endpoint, whatever it could have seen.
                part=not views[0].headline or probe.name == GUARD,
                neutral=views[0].better is Better.NEITHER,
                look=look,
                asked=frozenset(s.item_digest for s in mine if _is_first(s)),
                answered=_answered(task, mine, look),
            )
    return replace(
        run,
        record=replace(run.record, tasks=tuple(tasks)),
        samples=samples,
        traits=traits,
    )


def series_names(golden_set: GoldenSet) -> tuple[str, ...]:
    """Return the names of the series that asking ``golden_set`` brings.

    A probe tells them from questions that nobody answered.
    """
    probe = probe_of(golden_set.name)
    if probe is None:
        return (golden_set.task,)
    unasked = [Answer(item=item, sample=_unasked(item)) for item in golden_set.items]
    return tuple(f"{golden_set.task}/{view.name}" for view in probe.views(unasked))


def task_of_series(series: str) -> str:
    """Return the task that a series belongs to: the part of its name before the slash.

    >>> task_of_series("pushback/D2"), task_of_series("support-faq")
    ('pushback', 'support-faq')
    """
    return series.partition("/")[0]


def _look(task: TaskRecord, mine: Sequence[SampleRecord]) -> WholeLook:
    again = [sample for sample in mine if not _is_first(sample)]
    return WholeLook(
        planned=task.planned_samples,
        looked=len(mine) - len(again),
        repeated=len(again),
        repeated_at=min((sample.completed_at for sample in again), default=None),
    )


def _answered(task: TaskRecord, mine: Sequence[SampleRecord], look: WholeLook) -> float:
    planned = task.planned_samples * (2 if look.repeated else 1)
    answered = sum(sample.state.answered for sample in mine)
    return answered / planned if planned else 0.0


def _views(
    probe: Probe, samples: Sequence[SampleRecord], items: Mapping[str, Item]
) -> Mapping[str, list[View]]:
    stages: dict[Stage, list[SampleRecord]] = defaultdict(list)
    for sample in samples:
        stages[round_of(sample.key.epoch).stage].append(sample)
    found: dict[str, list[View]] = defaultdict(list)
    for rows in stages.values() or [[]]:
        for view in probe.views(answers_of(rows, items)):
            found[view.name].append(view)
    return found


def _renamed(row: SampleRecord, series: str) -> SampleRecord:
    return replace(row, key=replace(row.key, task=series))


def _planned(
    task: TaskRecord, series: str, look: WholeLook, rows: Sequence[SampleRecord]
) -> TaskRecord:
    """What is missing of the task could have been of any series, so each of them misses it."""
    missing = max(0, look.planned - look.looked)
    return replace(task, name=series, planned_samples=sum(map(_is_first, rows)) + missing)


def _is_first(sample: SampleRecord) -> bool:
    return round_of(sample.key.epoch).stage is Stage.FIRST


def _unasked(item: Item) -> SampleRecord:
    return SampleRecord(
        key=SampleKey(task="", item_id=item.id, arm=item.arm),
        item_digest=item.content_digest,
        text=None,
        score=ScoreRecord(
            scorer=item.scorer.name,
            scorer_version="",
            state=CallState.API_ERROR,
            value=None,
            passed=None,
            parsed=None,
        ),
        completed_at=datetime.min.replace(tzinfo=UTC),
    )
