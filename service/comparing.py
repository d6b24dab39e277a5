"""A stored run beside its stored baseline, and the runs between: facts in, comparison out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evals.compare.comparison import FingerprintChange
from evals.compare.measured import MeasuredBaseline, MeasuredRun, of_task
from evals.compare.run import compare_by_terms, compare_run
from evals.compare.sampling import furthest_behind
from evals.compare.series import task_of_series
from evals.confirmation import is_waiting
from evals.judgement import judge
from evals.probes.findings import findings_of
from evals.probes.registry import probe_of
from evals.records import RunStatus
from evals.rounds import Stage, of_stage
from service.store import baselines, documents, pin_checks, runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from evals.compare import Comparison
    from evals.compare.standing import Sampling
    from evals.compare.terms import Terms
    from evals.golden_set import Item
    from evals.policy import Policy
    from evals.probes.findings import Findings
    from evals.records import RunRecord, SampleRecord, TaskRecord
    from evals.verdict import Verdict
    from service.store.archive import Archive
    from service.store.baselines import Baseline


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A run, what it was compared with, and what that means.

    ``waiting`` says that the run goes on later, to confirm what it found; ``probes`` is what each
    of its probes found.
    """

    run: MeasuredRun
    comparison: Comparison
    verdict: Verdict
    waiting: bool
    probes: tuple[Findings, ...]


def compare_and_judge(
    archive: Archive,
    run: RunRecord,
    *,
    policy: Policy,
    alias_allowed: bool,
    advertised_tokens: int | None = None,
) -> Judged:
    """Judge a run against the newest baseline in force.

    That of its own pin comes first. With a baseline of another pin only, the run is compared with
    that one, and what we changed stands among the reasons.
    """
    baseline, notes = baseline_for(archive.session, run)
    return judge_beside(
        archive,
        run,
        baseline,
        policy=policy,
        alias_allowed=alias_allowed,
        advertised_tokens=advertised_tokens,
        notes=notes,
    )


def judge_beside(
    archive: Archive,
    run: RunRecord,
    baseline: Baseline | None,
    *,
    policy: Policy,
    alias_allowed: bool,
    advertised_tokens: int | None = None,
    notes: Sequence[str] = (),
) -> Judged:
    """Judge a run against ``baseline``, with the memory of the runs since its blessing.

    ``advertised_tokens`` is the context that the endpoint's provider promises, for the probes.
    """
    blessed, earlier = _beside(archive.session, run, baseline)
    measured, passes = archive.measured([run])[0], archive.measured(blessed)
    items = archive.items([run, *blessed, *earlier])
    comparison = compare_run(
        measured,
        MeasuredBaseline(name=baseline.name, runs=passes) if baseline else None,
        items=items,
        policy=policy,
        alias_allowed=alias_allowed,
        notes=notes,
        earlier=archive.measured(earlier),
        pin_changes=_pin_changes(archive.session, run, baseline),
    )
    seen = (*comparison.fingerprint_changes, *_seen_at_no_cost(archive.session, run))
    comparison = replace(comparison, fingerprint_changes=seen)
    waiting = run.status is RunStatus.RUNNING and is_waiting(comparison.tasks)
    whole = run.status is RunStatus.COMPLETED or waiting
    stopped = None if whole else run.status_reason or run.status.value
    verdict = judge(comparison, policy, stopped=stopped)
    return Judged(
        run=measured,
        comparison=comparison,
        verdict=verdict,
        waiting=waiting,
        probes=_probes(measured, passes, items, advertised_tokens),
    )


def _seen_at_no_cost(session: Session, run: RunRecord) -> tuple[FingerprintChange, ...]:
    """Return what the provider's list says of the pinned name that proves another model behind it.

    Only looks until the run ended count, so that its verdict stays the same for ever.
    """
    moved = pin_checks.moved_alias(
        session, endpoint=run.endpoint, pin_digest=run.pin_digest, until=run.completed_at
    )
    if moved is None:
        return ()
    before, after = moved
    what = "model behind the name, by the provider's list"
    return (FingerprintChange(what=what, before=before, after=after, breaks_pin=True),)


def _probes(
    run: MeasuredRun,
    passes: Sequence[MeasuredRun],
    items: Mapping[str, Item],
    advertised_tokens: int | None,
) -> tuple[Findings, ...]:
    """Read what the probes of a run found; passes that asked other questions stay out of it."""
    return tuple(
        findings_of(
            probe,
            task=task.name,
            version=task.golden_set_version,
            run=_first_look(run, task),
            passes=[_first_look(one, task) for one in passes],
            items=items,
            advertised_tokens=advertised_tokens,
        )
        for task in run.record.tasks
        if (probe := probe_of(task.golden_set)) is not None
    )


def _first_look(run: MeasuredRun, task: TaskRecord) -> list[SampleRecord]:
    asked = {(one.name, one.golden_set_digest) for one in run.record.tasks}
    if (task.name, task.golden_set_digest) not in asked:
        return []
    return of_stage(of_task(run, task.name), Stage.FIRST)


def standing_of(
    archive: Archive, run: RunRecord, terms: Terms, *, alias_allowed: bool
) -> dict[str, Sampling]:
    """Return where each task of an adaptive run stands by its own ``terms``.

    A task without any sample has not begun, and is absent.
    """
    measured = archive.measured([run])[0]
    begun = {sample.key.task for sample in measured.samples}
    if not begun:
        return {}
    blessed, earlier = _beside(archive.session, run, baselines.get(archive.session, terms.baseline))
    compared = compare_by_terms(
        measured,
        archive.measured(blessed),
        items=archive.items([run, *blessed, *earlier]),
        terms=terms,
        alias_allowed=alias_allowed,
        earlier=archive.measured(earlier),
    )
    found: dict[str, list[Sampling]] = defaultdict(list)
    for task in compared:
        if task.sampling is not None:
            found[task_of_series(task.task)].append(task.sampling)
    return {task: furthest_behind(each) for task, each in found.items() if task in begun}


def _beside(
    session: Session, run: RunRecord, baseline: Baseline | None
) -> tuple[list[RunRecord], list[RunRecord]]:
    """Return the runs that were blessed, and those between the blessing and ``run``."""
    blessed = [runs.get(session, run_id) for run_id in baseline.run_ids] if baseline else []
    return blessed, _earlier(session, run, baseline)


def baseline_for(session: Session, run: RunRecord) -> tuple[Baseline | None, list[str]]:
    """Return what a run is compared with, and whole sentences on why it is not another."""
    own = baselines.find(session, endpoint=run.endpoint, suite=run.suite, pin_digest=run.pin_digest)
    found = own or baselines.find(session, endpoint=run.endpoint, suite=run.suite)
    if found is not None and run.id in found.run_ids:
        return None, [f"this run is part of baseline {found.name}"]
    return found, []


def _earlier(session: Session, run: RunRecord, baseline: Baseline | None) -> list[RunRecord]:
    """Return the runs of the baseline's basis that ended between its blessing and this run."""
    if baseline is None or baseline.pin_digest != run.pin_digest:
        return []
    found = runs.completed_between(
        session,
        endpoint=run.endpoint,
        suite=run.suite,
        pin_digest=run.pin_digest,
        after=baseline.created_at,
        before=run,
    )
    return [one for one in found if one.id not in baseline.run_ids]


def _pin_changes(session: Session, run: RunRecord, baseline: Baseline | None) -> tuple[str, ...]:
    if baseline is None or baseline.pin_digest == run.pin_digest:
        return ()
    before = documents.load_pin(session, endpoint=run.endpoint, digest=baseline.pin_digest) or {}
    now = documents.load_pin(session, endpoint=run.endpoint, digest=run.pin_digest) or {}
    return tuple(name for name in now if now[name] != before.get(name)) or ("nothing seen",)
