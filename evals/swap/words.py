"""A swap in words, the same for every form; the forms only lay them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evals import numbers
from evals.call_state import CallState
from evals.report.marks import Mark
from evals.stats.noninferiority import SwapVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.compare import Estimate
    from evals.swap.swap import SwapReport, SwapRow, SwapSide

MARKS: Final = {
    SwapVerdict.SAFE: Mark(
        symbol="✓",
        word="SAFE",
        tone="good",
        meaning="On these items B is not worse than A by the margin.",
    ),
    SwapVerdict.NOT_SAFE: Mark(
        symbol="✗",
        word="NOT SAFE",
        tone="bad",
        meaning="On these items B is worse than A by more than the margin.",
    ),
    SwapVerdict.CANNOT_TELL: Mark(
        symbol="?",
        word="CANNOT TELL",
        tone="unknown",
        meaning="These answers show neither.",
    ),
}
_DASH: Final = "-"


FEWEST_ITEMS: Final = 20
"""A tag of fewer items is noise to a reader; the JSON document holds it all the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RowWords:
    """One row in words; ``is_tag`` rows belong to the task above them."""

    name: str
    is_tag: bool
    mark: Mark
    a: str
    a_interval: str
    b: str
    b_interval: str
    difference: str
    interval: str
    proves: str
    differ: str
    items: str
    reason: str


def row_words(report: SwapReport) -> tuple[RowWords, ...]:
    """Return one row a task, each followed by its tags of at least `FEWEST_ITEMS` items."""
    rows = []
    for task in report.tasks:
        rows.append(_row(task.overall, is_tag=False))
        rows += [_row(tag, is_tag=True) for tag in task.tags if tag.items >= FEWEST_ITEMS]
    return tuple(rows)


def subject_words(report: SwapReport) -> str:
    """Say who A and B are."""
    a, b = report.a, report.b
    return (
        f"A {a.endpoint} (run {a.run_id}, {a.asked_at:%Y-%m-%d %H:%M %Z}), "
        f"B {b.endpoint} (run {b.run_id}, {b.asked_at:%Y-%m-%d %H:%M %Z}), "
        f"margin {numbers.size(report.margin)}"
    )


def usage_lines(report: SwapReport) -> tuple[str, str]:
    """Say what each side took."""
    return _usage("A", report.a), _usage("B", report.b)


def state_lines(report: SwapReport) -> tuple[str, ...]:
    """Count the samples that did not end ok, side by side."""
    return tuple(
        f"{task.overall.name}: A {_states(task.a_states)}; B {_states(task.b_states)}"
        for task in report.tasks
        if any(state is not CallState.OK for state in {**task.a_states, **task.b_states})
    )


def excluded_lines(report: SwapReport) -> tuple[str, ...]:
    """Say which items were not compared, and why."""
    sides = {
        "not in the baseline with this content": "only B was asked",
        "in the baseline only": "only A was asked",
        "graded by another version of its scorer": "graded by different versions of the scorer",
    }
    return tuple(
        f"{task.overall.name}: {numbers.plural(len(left.item_ids), 'item')} not compared: "
        f"{sides.get(left.reason, left.reason)}"
        for task in report.tasks
        for left in task.excluded
    )


def hidden_tag_lines(report: SwapReport) -> tuple[str, ...]:
    """Say in one line, if any, how many tags are not shown for want of items."""
    hidden = sum(tag.items < FEWEST_ITEMS for task in report.tasks for tag in task.tags)
    if not hidden:
        return ()
    tags, are = numbers.plural(hidden, "tag"), "is" if hidden == 1 else "are"
    return (f"{tags} with fewer than {FEWEST_ITEMS} items {are} not shown: too few to tell",)


def how_to_read(report: SwapReport) -> tuple[str, ...]:
    """Explain the figures to a reader who sees them for the first time."""
    difference = (
        "B - A: mean difference over items, in points. Its 90 % interval makes each end a "
        "one-sided 95 % bound; two imagined items, one won and one lost, keep it from being too "
        "sure of few items."
    )
    decision = (
        f"Safe: the lower end is above {numbers.points(-report.margin)}. Not safe: the upper end "
        "is below. The worst task decides; tags decide nothing."
    )
    columns = (
        "Proves: the smallest loss that these answers rule out. Differ: share of items on which "
        "A and B were not right equally often."
    )
    return (
        "A, B: share of graded samples that were right, on the items that both answered.",
        difference,
        decision,
        columns,
        "It speaks of these items, not of the traffic.",
    )


def _row(row: SwapRow, *, is_tag: bool) -> RowWords:
    shared = numbers.is_known(row.difference)
    return RowWords(
        name=row.name,
        is_tag=is_tag,
        mark=MARKS[row.verdict],
        a=numbers.percent(row.a.rate) if shared else _DASH,
        a_interval=_interval(row.a),
        b=numbers.percent(row.b.rate) if shared else _DASH,
        b_interval=_interval(row.b),
        difference=numbers.signed(row.difference) if shared else _DASH,
        interval=f"[{numbers.signed(row.low)}, {numbers.signed(row.high)}]" if shared else "",
        proves=_proves(row),
        differ=numbers.percent(row.share_differing) if shared else _DASH,
        items=numbers.count(row.items),
        reason=row.reason,
    )


def _interval(score: Estimate) -> str:
    if score.rate is None:
        return ""
    return f"[{numbers.unsigned(score.low)}, {numbers.unsigned(score.high)}]"


def _proves(row: SwapRow) -> str:
    if not numbers.is_known(row.provable_margin):
        return _DASH
    return "nothing" if row.provable_margin >= 1 else f"< {numbers.unsigned(row.provable_margin)}"


def _usage(name: str, side: SwapSide) -> str:
    unknown = "cost unknown (no price or no token counts)"
    cost = unknown if side.cost_usd is None else numbers.dollars(side.cost_usd)
    return (
        f"{name}: {numbers.plural(side.samples, 'sample')}, {cost}, median latency "
        f"{numbers.duration(side.median_latency_seconds)}, {numbers.count(side.input_tokens)} "
        f"tokens in, {numbers.count(side.output_tokens)} out"
    )


def _states(states: Mapping[CallState, int]) -> str:
    others = [f"{n} {state.value}" for state, n in states.items() if state is not CallState.OK]
    return ", ".join(others) or "none"
