"""A bridge: the baseline's way of asking and that of today, in one window. Beside the pipeline."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from evals.bridge import compare_bridge, reason_to_bless, what_we_changed
from evals.compare.measured import MeasuredBaseline
from evals.errors import EngineError
from evals.records import RunStatus
from evals.rescoring import is_outdated
from service.asked_then import asked_then, asks_alike, chosen_then, chosen_today
from service.collecting import collected
from service.db.session import reading, writing
from service.errors import BaselineNotFound, BridgeRefused
from service.stages.plan import Options, plan_run
from service.store import baselines, readings, runs
from service.store.archive import Archive
from service.swap import FRESH, Side, perform_both, plan_side

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from evals.bridge import BridgeReport
    from evals.config import Config
    from evals.records import RunRecord
    from service.keeper import Keeper
    from service.stages.execute import Progress
    from service.store.baselines import Baseline
    from service.subject import Subject

_BRIDGED = re.compile(r"-bridge(-\d+)?$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bridge:
    """What a bridge asks: the ``old`` way of ``baseline``, and the ``new`` one.

    Attributes:
        anchor: The name of the baseline that is to follow.
        since: Where the window begins; passes that an earlier attempt left before are asked anew.
        passes: How often each way is asked.
        changes: What we changed, as phrases.
        options: The switches of each pass, by way.
    """

    baseline: Baseline
    old: Subject
    new: Subject
    anchor: str
    since: datetime
    passes: int
    changes: tuple[str, ...]
    options: tuple[Options, Options]

    @property
    def ways(self) -> tuple[tuple[Subject, Options], ...]:
        """The ways to ask, the old one first; one alone where both ask the same.

        That is so where only our clients changed: the older ones are not here any more.
        """
        both = tuple(zip((self.old, self.new), self.options, strict=True))
        return both[1:] if asks_alike(self.old, self.new) else both


def plan_bridge(
    keeper: Keeper,
    config: Config,
    subject: Subject,
    *,
    passes: int,
    options: Options,
    now: datetime,
) -> Bridge:
    """Find the baseline that ``subject`` follows, and how it was asked; nothing is asked yet.

    What the baseline asked comes from the store; the name of the key's variable, price and limits
    come from the endpoint of ``config`` that speaks to the same place. The clients are today's.

    Raises:
        BaselineNotFound: There is none to bridge from.
        BridgeRefused: Nothing changed, or this version asks or grades otherwise than that did.
        ConfigError: The old endpoint needs a client that is not installed.
    """
    with reading(keeper.engine) as session:
        baseline = _compared_with(session, subject)
        last = runs.get(session, baseline.run_ids[-1])
        old = asked_then(session, config, last, subject)
        changes = what_we_changed(chosen_then(session, last, old), chosen_today(subject))
        _refuse_unbridgeable(session, baseline, last, old, changes)
        anchor = _next_name(session, baseline.name)
    each = replace(options, epochs=1, collected_for=anchor)
    return Bridge(
        baseline=baseline,
        old=old,
        new=subject,
        anchor=anchor,
        since=now - FRESH,
        passes=passes,
        changes=changes,
        options=(replace(each, limit=last.options.get("limit")), each),
    )


def next_passes(keeper: Keeper, bridge: Bridge) -> tuple[Side, ...]:
    """Return the passes to ask next, one of each way that lacks any; empty when all are there.

    A pass that was begun goes on first.
    """
    sides = []
    for subject, options in bridge.ways:
        with reading(keeper.engine) as session:
            found = collected(session, subject, bridge.anchor, since=bridge.since)
        if len(found.whole) >= bridge.passes:
            continue
        if found.open is not None:
            sides.append(Side(subject=subject, run=found.open))
        else:
            sides.append(plan_side(keeper, subject, options, reuse=False))
    return tuple(sides)


def ask_passes(keeper: Keeper, bridge: Bridge, sides: tuple[Side, ...], progress: Progress) -> None:
    """Ask passes of both ways at the same time; what could not be measured ends the bridge.

    Raises:
        EngineError: One way could not be asked, or too little of it could be graded. What was
            asked is kept, and nothing is re-anchored.
    """
    try:
        perform_both(keeper, sides, progress)
    except EngineError as error:
        error.add_note(f"Nothing was re-anchored: {_who_failed(keeper, bridge, sides)}.")
        raise
    for side in sides:
        _refuse_unmeasured(keeper, bridge, side)


def bridge_report(keeper: Keeper, bridge: Bridge) -> BridgeReport:
    """Judge the passes of both ways as far as they are stored; nothing is blessed."""
    with reading(keeper.engine) as session:
        archive = Archive(session=session)
        blessed = [runs.get(session, run_id) for run_id in bridge.baseline.run_ids]
        of_ways = [
            collected(session, subject, bridge.anchor, since=bridge.since).whole[: bridge.passes]
            for subject, _ in bridge.ways
        ]
        new, old = of_ways[-1], of_ways[0]
        # The old judge is asked through today's clients, like the old model: its replies tell.
        as_then = [
            replace(one, record=replace(one.record, judge_pin_digest=blessed[-1].judge_pin_digest))
            for one in archive.measured(old)
        ]
        return compare_bridge(
            as_then,
            archive.measured(new),
            MeasuredBaseline(name=bridge.baseline.name, runs=archive.measured(blessed)),
            items=archive.items([*new, *old, *blessed]),
            policy=bridge.new.policy,
            alias_allowed=bridge.old.endpoint.allow_alias,
            changes=bridge.changes,
            anchor=bridge.anchor,
        )


def re_anchor(keeper: Keeper, report: BridgeReport, *, who: str, now: datetime) -> Baseline:
    """Bless the passes of the new way; why is the bridge, and from where."""
    with writing(keeper.engine) as session:
        return baselines.bless(
            session,
            name=report.anchor,
            run_ids=report.new_runs,
            who=who,
            why=reason_to_bless(report),
            now=now,
        )


def _compared_with(session: Session, subject: Subject) -> Baseline:
    """Return what a plain run would be compared with: its own pin's baseline, or the newest."""
    where = {"endpoint": subject.endpoint_name, "suite": subject.suite_name}
    own = baselines.find(session, **where, pin_digest=subject.pin.digest)
    found = own or baselines.find(session, **where)
    if found is None:
        raise BaselineNotFound(
            f"there is no baseline of {subject.endpoint_name} on {subject.suite_name} to "
            "bridge from",
            fix="Collect one with `evals baseline build`.",
        )
    return found


def _refuse_unbridgeable(
    session: Session,
    baseline: Baseline,
    last: RunRecord,
    old: Subject,
    changes: tuple[str, ...],
) -> None:
    """Refuse before anything is paid for."""
    collect_anew = "Collect a new baseline with `evals baseline build`."
    now_asked = {task.name: task.task_version for task in _plan(old, baseline).tasks}
    for task in last.tasks:
        if now_asked[task.name] != task.task_version:
            raise BridgeRefused(
                f"this version of Pinwatch asks {task.name} otherwise than baseline "
                f"{baseline.name} was asked, so the old way cannot be asked again",
                fix=f"{collect_anew} Or bridge with the version that made it, {last.code_version}.",
            )
    if _is_outdated(session, baseline, old):
        raise BridgeRefused(
            f"the answers of baseline {baseline.name} were graded by other versions of their "
            "scorers",
            fix=f"Grade them again: evals runs rescore {' '.join(baseline.run_ids)}",
        )
    if not changes:
        raise BridgeRefused(
            f"nothing that we choose has changed since baseline {baseline.name}",
            fix="A plain run compares with it; leave out --bridge.",
        )


def _plan(subject: Subject, baseline: Baseline) -> RunRecord:
    """Return a plan that nobody performs: it tells the versions of the tasks."""
    return plan_run(subject, Options(epochs=1), run_id="", now=baseline.created_at)


def _is_outdated(session: Session, baseline: Baseline, old: Subject) -> bool:
    items = {item.content_digest: item for asked in old.golden_sets for item in asked.items}
    loaded = readings.load(session, baseline.run_ids)
    return any(is_outdated(samples, items) for samples in loaded.values())


def _who_failed(keeper: Keeper, bridge: Bridge, sides: tuple[Side, ...]) -> str:
    """Say which way could not be asked, from what became of its pass."""
    with reading(keeper.engine) as session:
        failed = [s for s in sides if runs.get(session, s.run.id).status is RunStatus.FAILED]
    names = " and ".join(_way(bridge, side) for side in failed) or "one way"
    return f"{names} could not be asked. What was asked is kept; the same command goes on"


def _refuse_unmeasured(keeper: Keeper, bridge: Bridge, side: Side) -> None:
    with reading(keeper.engine) as session:
        run = runs.get(session, side.run.id)
        torn = collected(session, side.subject, bridge.anchor).torn
    if run.status is RunStatus.COMPLETED and run.id not in {one.id for one in torn}:
        return
    why = run.status_reason or "too little of it could be graded"
    raise EngineError(
        f"{_way(bridge, side)} could not be measured: {why}",
        fix=f"Nothing was re-anchored. See why: evals runs show {run.id}",
    )


def _way(bridge: Bridge, side: Side) -> str:
    if len(bridge.ways) == 1:
        return f"the endpoint ({side.subject.endpoint.model})"
    then = f"the old way, as for baseline {bridge.baseline.name}"
    way = then if side.subject == bridge.old else "the new way"
    return f"{way} ({side.subject.endpoint.model})"


def _next_name(session: Session, name: str) -> str:
    """Return the first name that is free: NAME-bridge, NAME-bridge-2 and so on."""
    stem = _BRIDGED.sub("", name)
    names = (f"{stem}-bridge{f'-{number}' if number > 1 else ''}" for number in count(1))
    return next(one for one in names if not baselines.is_taken(session, one))
