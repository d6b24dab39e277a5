"""Verdicts and the states of monitors, computed anew from facts and held against what is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evals.policy import Policy
from evals.report.document import series_document
from service.comparing import judge_beside
from service.store import baselines, documents, runs, verdicts
from service.store.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from evals.records import RunRecord
    from evals.verdict import Verdict
    from service.store.verdicts import StoredVerdict

EVERY_RUN = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """One stored verdict and what its facts say today; ``differences`` is empty where they agree.

    ``code_version`` is the one that stored it: another version may use other words.
    """

    run: RunRecord
    stored: Verdict
    again: Verdict
    differences: tuple[str, ...]
    code_version: str


def replay(
    session: Session,
    *,
    endpoint: str | None,
    suite: str | None,
    alias_allowed: Callable[[RunRecord], bool],
) -> Iterator[Replayed]:
    """Judge every judged run again, oldest first, by its own policy and beside its own baseline.

    Only the newest verdict of a run is held against its facts. Runs are read once for each endpoint
    and suite.
    """
    found = runs.newest(session, endpoint=endpoint, suite=suite, limit=EVERY_RUN)
    series: dict[tuple[str, str], list[RunRecord]] = {}
    for run in reversed(found):
        series.setdefault((run.endpoint, run.suite), []).append(run)
    for history in series.values():
        archive = Archive(session=session)
        for run in history:
            stored = verdicts.latest(session, run.id)
            if stored is not None:
                yield _replay_run(archive, run, stored, alias_allowed=alias_allowed(run))


def differences(before: Verdict, after: Verdict) -> tuple[str, ...]:
    """Say in what two verdicts on one run differ; the digest of the policy is no such thing."""
    found = []
    if before.kind is not after.kind:
        found.append(f"verdict: {before.kind.value} became {after.kind.value}")
    if before.pin_broken is not after.pin_broken:
        found.append("the pin is broken" if after.pin_broken else "the pin is whole")
    if before.alpha != after.alpha:
        found.append(f"level: {before.alpha:.6g} became {after.alpha:.6g}")
    kinds = {task.task: task.kind for task in before.tasks}
    found += [
        f"{task.task}: {kinds[task.task].value} became {task.kind.value}"
        for task in after.tasks
        if task.task in kinds and task.kind is not kinds[task.task] and len(after.tasks) > 1
    ]
    found += [f"no more: {reason}" for reason in before.reasons if reason not in after.reasons]
    found += [f"now: {reason}" for reason in after.reasons if reason not in before.reasons]
    return tuple(found)


def stored_policy(session: Session, digest: str) -> Policy:
    """Return the thresholds that a verdict was judged by."""
    return Policy.model_validate(documents.load_policy(session, digest) or {})


def memory_of(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the states of the monitors in a stored comparison, by task."""
    return {task["task"]: task.get("memory", []) for task in document.get("tasks", [])}


def _replay_run(
    archive: Archive, run: RunRecord, stored: StoredVerdict, *, alias_allowed: bool
) -> Replayed:
    session = archive.session
    baseline = None if stored.baseline is None else baselines.get(session, stored.baseline)
    judged = judge_beside(
        archive,
        run,
        baseline,
        policy=stored_policy(session, stored.verdict.policy_digest),
        alias_allowed=alias_allowed,
    )
    again = replace(judged.verdict, policy_digest=stored.verdict.policy_digest)
    found = differences(stored.verdict, again)
    states = {
        task.task: [series_document(one) for one in task.memory] for task in judged.comparison.tasks
    }
    if states != memory_of(stored.comparison):
        found += ("the states of the monitors differ",)
    if again.tasks != stored.verdict.tasks and not found:
        found += ("the reasons of a task differ",)
    return Replayed(
        run=run,
        stored=stored.verdict,
        again=again,
        differences=found,
        code_version=stored.code_version,
    )
