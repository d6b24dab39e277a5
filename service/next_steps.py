"""What to do after a run: commands that can succeed, each with a few words on what it does."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from evals.compare.basis import REGRADED
from evals.records import RunStatus
from evals.verdict import VerdictKind
from service.errors import BaselineNotFound
from service.rescoring import outdated_beside
from service.store import baselines, documents, readings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from evals.records import RunRecord
    from service.comparing import Judged

Steps = tuple[tuple[str, str], ...]
_REPEATED = ("limit", "epochs", "max_connections")


def next_steps(session: Session, run: RunRecord, judged: Judged) -> Steps:
    """Return what a person would do next with ``run``, as (command, words)."""
    if judged.waiting:
        return (
            (f"evals runs resume {run.id}", "ask again once the confirmation is due"),
            (f"evals runs resume {run.id} --now", "ask again at once"),
        )
    if run.status is not RunStatus.COMPLETED:
        return (_go_on(session, run),)
    if judged.verdict.kind is VerdictKind.INVALID:
        return (
            *_grade_alike(session, run, judged),
            (f"evals runs show {run.id} --items", "every sample, with its state or error"),
        )
    name = _name_for_baseline(session, run)
    if name is not None:
        return (
            (
                f'evals baseline bless {run.id} --name {quote(name)} --why "first look"',
                "make this run the baseline; more runs make it sharper",
            ),
        )
    return (
        *_grade_alike(session, run, judged),
        *_changed_items(run, judged),
        (f"evals runs show {run.id} --items", "every sample: its state, score and answer"),
        (f"evals runs export {run.id} -o transcripts", "the transcripts, for inspect view"),
    )


def _changed_items(run: RunRecord, judged: Judged) -> Steps:
    if not any(task.flips for task in judged.comparison.tasks):
        return ()
    return ((f"evals runs show {run.id} -o report.html", "changed items, before and after"),)


def _name_for_baseline(session: Session, run: RunRecord) -> str | None:
    """Propose a name under which ``run`` can be blessed; None where its pin has a baseline."""
    if baselines.find(session, endpoint=run.endpoint, suite=run.suite, pin_digest=run.pin_digest):
        return None
    name = f"{run.endpoint}-{run.suite}".replace("/", "-")
    try:
        baselines.get(session, name)
    except BaselineNotFound:
        return name
    return f"{name}-{run.id}"


def _go_on(session: Session, run: RunRecord) -> tuple[str, str]:
    """Resume, with as much money as that takes; or start anew where no budget can be kept."""
    suite = documents.load_suite(session, name=run.suite, digest=run.suite_digest) or {}
    budget = run.options.get("budget_usd") or suite.get("budget_usd")
    costs = readings.costs(session, run.id)
    resume = f"evals runs resume {run.id}"
    if budget is None or (costs.cost_usd is not None and costs.cost_usd < budget):
        return resume, "ask what is missing"
    if costs.cost_usd is None:
        return _start_anew(run, suite)
    while budget <= costs.cost_usd:
        budget *= 2
    return f"{resume} --budget-usd {budget:g}", "ask what is missing, for more"


def _start_anew(run: RunRecord, suite: Mapping[str, object]) -> tuple[str, str]:
    switches = "".join(
        f" --{name.replace('_', '-')} {run.options[name]}"
        for name in _REPEATED
        if name in run.options
    )
    without = "without a budget"
    if suite.get("budget_usd") is not None:
        without = "once the suite has no `budget_usd`"
    return (
        f"evals run {quote(run.endpoint)} --suite {quote(run.suite)}{switches}",
        f"ask anew {without}: what this endpoint costs cannot be told",
    )


def _grade_alike(session: Session, run: RunRecord, judged: Judged) -> Steps:
    reasons = {one.reason for task in judged.comparison.tasks for one in task.excluded}
    outdated = outdated_beside(session, run) if REGRADED in reasons else ()
    if not outdated:
        return ()
    return (
        (
            f"evals runs rescore {' '.join(outdated)}",
            f"grade both sides alike; then evals judge --run {run.id}",
        ),
    )
