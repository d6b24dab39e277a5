"""A whole run beside its baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from evals.compare.adaptive import compare_adaptive_task
from evals.compare.basis import shared_basis
from evals.compare.comparison import Comparison
from evals.compare.fingerprint import fingerprint_changes
from evals.compare.levels import level_of_run, levels_of_looks
from evals.compare.measured import of_task
from evals.compare.memory import remember
from evals.compare.sameness import (
    basis_changes,
    is_measured,
    keeps_the_pin,
    looks,
    refusal_of,
)
from evals.compare.series import by_series
from evals.compare.since import Moment
from evals.compare.task import compare_task
from evals.compare.terms import terms_of
from evals.policy import Series
from evals.rounds import Stage, of_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evals.compare.basis import Refusal
    from evals.compare.comparison import TaskComparison
    from evals.compare.measured import MeasuredBaseline, MeasuredRun
    from evals.compare.since import SeriesMemory
    from evals.compare.terms import Terms
    from evals.golden_set import Item
    from evals.policy import Policy
    from evals.records import Fingerprint, SampleRecord, TaskRecord

JUDGE: Final = "judge"
"""The scorer by which a model grades."""


def compare_run(
    run: MeasuredRun,
    baseline: MeasuredBaseline | None,
    *,
    items: Mapping[str, Item],
    policy: Policy,
    alias_allowed: bool,
    notes: Sequence[str] = (),
    earlier: Sequence[MeasuredRun] = (),
    pin_changes: Sequence[str] = (),
) -> Comparison:
    """Compare a run with its baseline on the items that both share.

    Args:
        run: The run.
        baseline: What it is compared with; None without one.
        items: Every item by content digest.
        policy: The thresholds; they set the level, and what counts as measured.
        alias_allowed: Another served model is no broken pin.
        notes: Whole sentences that belong beside the numbers.
        earlier: The runs of the baseline's pin since its blessing, before this one, oldest first.
        pin_changes: The parts of the pin that differ from the baseline's. We changed them, so what
            the endpoint serves may differ with them.
    """
    run = run if run.passes > 1 else by_series(run, items)
    alpha = level_of_run(policy, len(run.record.tasks))
    alias_allowed = alias_allowed or bool(pin_changes)
    beside = _beside(
        run,
        baseline.runs if baseline else (),
        earlier,
        items=items,
        level=lambda task, series: policy.level(alpha, task, series),
        minimum_coverage=policy.minimum_coverage,
        alias_allowed=alias_allowed,
    )
    return Comparison(
        baseline=baseline.name if baseline else None,
        passes=len(beside.passes),
        alpha=alpha,
        tasks=(tasks := beside.tasks()),
        fingerprint_changes=fingerprint_changes(
            run.fingerprint, beside.fingerprints, alias_allowed=alias_allowed
        ),
        notes=tuple(notes),
        basis_changes=basis_changes(
            run.record,
            [one.record for one in beside.passes],
            tasks,
            name=baseline.name if baseline else "",
            pin_changes=pin_changes,
        ),
    )


def compare_by_terms(
    run: MeasuredRun,
    passes: Sequence[MeasuredRun],
    *,
    items: Mapping[str, Item],
    terms: Terms,
    alias_allowed: bool,
    earlier: Sequence[MeasuredRun] = (),
) -> tuple[TaskComparison, ...]:
    """Compare the tasks of an adaptive run by the terms it was planned under.

    What it asks next is decided from these, so nothing that was blessed or configured since has a
    say; a verdict under an unchanged policy sees the same. For the rest see `compare_run`.
    """
    return _beside(
        by_series(run, items),
        passes,
        earlier,
        items=items,
        level=terms.level,
        minimum_coverage=terms.minimum_coverage,
        alias_allowed=alias_allowed,
    ).tasks()


def _beside(
    run: MeasuredRun,
    passes: Sequence[MeasuredRun],
    earlier: Sequence[MeasuredRun],
    *,
    items: Mapping[str, Item],
    level: Callable[[str, Series], float],
    minimum_coverage: float,
    alias_allowed: bool,
) -> _Beside:
    """Put a run beside its passes, and beside those of the runs since that kept their pin."""
    blessed = [one.fingerprint for one in passes]
    return _Beside(
        run=run,
        passes=[by_series(one, items) for one in passes],
        earlier=[
            by_series(one, items)
            for one in earlier
            if keeps_the_pin(one.fingerprint, blessed, alias_allowed=alias_allowed)
        ],
        items=items,
        level=level,
        minimum_coverage=minimum_coverage,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Beside:
    """A run beside its baseline's passes and the runs since; ``level`` is that of a series."""

    run: MeasuredRun
    passes: Sequence[MeasuredRun]
    earlier: Sequence[MeasuredRun]
    items: Mapping[str, Item]
    level: Callable[[str, Series], float]
    minimum_coverage: float

    @property
    def fingerprints(self) -> list[Fingerprint]:
        """What the endpoint revealed of itself in the baseline."""
        return [one.fingerprint for one in self.passes]

    def tasks(self) -> tuple[TaskComparison, ...]:
        return tuple(self.task(task) for task in self.run.record.tasks)

    def task(self, task: TaskRecord) -> TaskComparison:
        mine = of_task(self.run, task.name)
        refusal = self._refusal(task.name, self.passes)
        # What was asked because an item fell says nothing of how often it falls.
        theirs = [of_stage(of_task(one, task.name), Stage.FIRST) for one in self.passes]
        memory = self._memory(task.name) if theirs else ()
        comparable = [
            [sample for sample in samples if refusal(number, sample) is None]
            for number, samples in enumerate(theirs)
        ]
        compared = self._told_apart(self._compared(task, mine, comparable, memory), mine)
        if not theirs:
            return compared
        basis = shared_basis(looks(mine), [looks(one) for one in theirs], self.items, refusal)
        return replace(
            compared,
            excluded=basis.excluded,
            lacking=self._lacking(task.name, basis.lacking),
            memory=memory,
        )

    def _lacking(self, series: str, lacking: float) -> float:
        """Return what share of the baseline's questions this run lacks; a probe's are its own.

        Which of them belong to one of its series depends on the answers.
        """
        mine = self.run.traits.get(series)
        theirs = [one.traits[series].asked for one in self.passes if series in one.traits]
        known = frozenset().union(*theirs)
        return lacking if mine is None or not known else 1 - len(mine.asked & known) / len(known)

    def _told_apart(self, compared: TaskComparison, mine: Sequence[SampleRecord]) -> TaskComparison:
        compared = replace(compared, judged=any(s.score.scorer == JUDGE for s in mine))
        traits = self.run.traits.get(compared.task)
        if traits is None:
            return compared
        return replace(
            compared,
            of_probe=True,
            part=traits.part,
            neutral=traits.neutral,
            answered=traits.answered,
        )

    def _compared(
        self,
        task: TaskRecord,
        mine: Sequence[SampleRecord],
        theirs: Sequence[Sequence[SampleRecord]],
        memory: tuple[SeriesMemory, ...],
    ) -> TaskComparison:
        at = levels_of_looks(lambda series: self.level(task.name, series), memory)
        terms = self._terms(task.name)
        traits = self.run.traits.get(task.name)
        if terms is not None and theirs:
            return compare_adaptive_task(
                task.name,
                planned=task.planned_samples,
                run=mine,
                passes=theirs,
                items=self.items,
                alpha=at[Series.ACCURACY],
                terms=terms,
                memory=memory,
                voice=traits is None,
                look=None if traits is None else traits.look,
            )
        return compare_task(
            task.name,
            planned=task.planned_samples,
            run=mine,
            passes=theirs,
            items=self.items,
            alpha=at[Series.ACCURACY],
            by_round=self.run.passes > 1,
            voice=traits is None,
        )

    def _terms(self, series: str) -> Terms | None:
        """Return the terms of the run, with what a probe's series leaves out.

        Its questions are many calls each, so what is odd is confirmed by another look, not one by
        one; and one part of many that looks odd at a loose level is no reason for that.
        """
        terms, traits = terms_of(self.run.record), self.run.traits.get(series)
        if terms is None or traits is None:
            return terms
        return replace(terms, most_retests=0, repeat_at_p=0 if traits.part else terms.repeat_at_p)

    def _memory(self, task: str) -> tuple[SeriesMemory, ...]:
        since = [
            one
            for one in self.earlier
            if is_measured(one.record, task, looks(of_task(one, task)), self.minimum_coverage)
        ]
        before = [*self.passes, *since]
        basis = shared_basis(
            looks(of_task(self.run, task)),
            [looks(of_task(one, task)) for one in before],
            self.items,
            self._refusal(task, before),
        )
        moments = [
            Moment(run_id=one.record.id, at=one.record.created_at) for one in (*since, self.run)
        ]
        return remember(basis, passes=len(self.passes), runs=moments)

    def _refusal(self, task: str, others: Sequence[MeasuredRun]) -> Refusal:
        return refusal_of(self.run.record, [one.record for one in others], task, self.items)
