"""A bridge in words: what was found, what only we changed, and what follows."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Final

from evals import numbers
from evals.bridge.bridge import BridgeOutcome
from evals.compare.basis import IN_BASELINE_ONLY, NOT_IN_BASELINE
from evals.report.safe_text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.bridge.bridge import BridgeReport
    from evals.swap.swap import SwapRow, SwapTask

_HEADS: Final = {
    BridgeOutcome.MOVED: (
        "✗ NOT RE-ANCHORED: asked as for baseline {baseline}, the endpoint is not what was blessed"
    ),
    BridgeOutcome.CANNOT_TELL: (
        "? NOT RE-ANCHORED: whether the endpoint is still what was blessed cannot be told"
    ),
}
_ANCHORED: Final = "✓ RE-ANCHORED: baseline {anchor}, {passes}, takes over from {baseline}"
_SIDES: Final = {
    NOT_IN_BASELINE: "asked the new way only",
    IN_BASELINE_ONLY: "asked the old way only",
}


def bridge_text(report: BridgeReport) -> str:
    """Return the bridge as plain text, the decision on its first line."""
    return "".join(f"{visible(text)}\n" for text in _lines(report))


def reason_to_bless(report: BridgeReport) -> str:
    """Return what the new baseline is blessed for: from which one, and what the change did."""
    offsets = (
        ""
        if report.offset is None
        else "".join(
            f"; {task.overall.name} {_offset(task.overall)}" for task in report.offset.tasks
        )
    )
    return f"bridge from {report.baseline}: {'; '.join(report.changes)}{offsets}"


def _lines(report: BridgeReport) -> Iterator[str]:
    passes = numbers.plural(len(report.new_runs), "pass", "passes")
    head = _HEADS.get(report.outcome, _ANCHORED)
    yield head.format(baseline=report.baseline, anchor=report.anchor, passes=passes)
    yield f"  What we changed: {'; '.join(report.changes)}"
    yield f"  Asked the old way, beside {report.baseline}: {report.verdict.kind.value}"
    yield from (f"    {reason}" for reason in report.verdict.reasons)
    for change in report.meanwhile.fingerprint_changes:
        yield f"    it reports another {change.what}: {change.before} -> {change.after}"
    if report.offset is None:
        yield "  Both ways ask the same, so one set of passes stands for both."
    else:
        yield "  The new way less the old one, in one window (90 % interval):"
        for task in report.offset.tasks:
            yield from _task_lines(task)
    if report.outcome is not BridgeOutcome.HOLDS:
        yield "  To start anew from what it is today, and lose the thread to what was before:"
        runs, why = " ".join(report.new_runs), quote("...")
        yield f"    evals baseline bless {runs} --name {quote(report.anchor)} --why {why}"


def _task_lines(task: SwapTask) -> Iterator[str]:
    row = task.overall
    yield f"    {row.name}: {_offset(row)}{_spread(row)}"
    for left in task.excluded:
        words = _SIDES.get(left.reason, left.reason)
        yield f"      {numbers.plural(len(left.item_ids), 'item')} not compared: {words}"
    for way, states in (("old", task.a_states), ("new", task.b_states)):
        others = [f"{n} {state.value}" for state, n in states.items() if state != "ok"]
        if others:
            yield f"      not ok the {way} way: {', '.join(others)}"


def _offset(row: SwapRow) -> str:
    if not row.items:
        return "shares no item"
    return f"{numbers.points(row.difference)} ({numbers.points_range(row.low, row.high)})"


def _spread(row: SwapRow) -> str:
    if not row.items:
        return ""
    return (
        f", {numbers.plural(row.items, 'item')}, "
        f"{numbers.percent(row.share_differing)} of them not right equally often"
    )
