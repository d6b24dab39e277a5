"""Two endpoints on the same items, and swaps of known content."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evals.call_state import CallState
from evals.compare.measured import MeasuredRun
from evals.swap import SwapReport, compare_endpoints
from tests.factories import (
    TASK,
    a_failure,
    a_fingerprint,
    a_run,
    a_sample,
    a_score,
    a_task,
    an_item,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from evals.golden_set import Item
    from evals.records import SampleRecord

TAGS = ("refunds", "shipping", "opening hours")


def items(count: int = 150, **overrides: Any) -> list[Item]:
    """Items with one tag of three each."""
    return [an_item(n, **{"tags": (TAGS[n % len(TAGS)],), **overrides}) for n in range(count)]


def answered(
    asked: Sequence[Item],
    wrong: Collection[int] = (),
    *,
    failed: Collection[int] = (),
    state: CallState = CallState.REFUSED,
    epochs: int = 1,
    **overrides: Any,
) -> list[SampleRecord]:
    """Samples of every item; those named by index are wrong, or failed."""
    return [
        a_sample(
            item,
            epoch=epoch,
            score=a_failure(state) if n in failed else a_score(passed=n not in wrong),
            **{"latency_seconds": 0.8 + 0.001 * n, "cost_usd": 0.0028, **overrides},
        )
        for epoch in range(1, epochs + 1)
        for n, item in enumerate(asked)
    ]


def measured(samples: list[SampleRecord], **overrides: Any) -> MeasuredRun:
    names = list(dict.fromkeys(sample.key.task for sample in samples)) or [TASK]
    counts = {name: sum(s.key.task == name for s in samples) for name in names}
    tasks = tuple(a_task(counts[name] or 150, name=name) for name in names)
    record = a_run(**{"tasks": tasks, **overrides})
    return MeasuredRun(record=record, samples=samples, fingerprint=a_fingerprint())


def swapped(
    a: list[SampleRecord], b: list[SampleRecord], known: Sequence[Item], **options: Any
) -> SwapReport:
    return compare_endpoints(
        measured(a, endpoint="gpt-4o", id="20261123-1200-aaaa"),
        measured(b, endpoint="gpt-4o-mini", id="20261123-1200-bbbb"),
        items={item.content_digest: item for item in known},
        **options,
    )


def safe() -> SwapReport:
    """Six answers are better, two worse, of 600 items; B is cheaper and faster."""
    asked = items(600)
    b = answered(asked, {3, 9}, latency_seconds=0.31, cost_usd=0.0002)
    return swapped(answered(asked, range(20, 26)), b, asked)


def not_safe() -> SwapReport:
    """B is wrong on every second question about refunds."""
    asked = items()
    b = answered(asked, set(range(0, 150, 6)) | {2}, cost_usd=None)
    return swapped(answered(asked, {3, 9}), b, asked)


def cannot_tell() -> SwapReport:
    """Few items, a little worse."""
    asked = items(30)
    return swapped(answered(asked, {4}), answered(asked, {4, 7}), asked)


def refusing() -> SwapReport:
    """B refuses a tenth of the questions, and some items are only known to one side."""
    asked = items()
    b = answered(asked[2:], {9}, failed=range(20, 35))
    return swapped(answered(asked[:149], {9}), b, asked)


def two_tasks() -> SwapReport:
    """One task is safe, the other is not; a name that is markup."""
    known = items(300)
    name = "[bold]e|vil*\x1b[31m"

    def both(wrong: Collection[int]) -> list[SampleRecord]:
        first = answered(known)
        other = answered(known, wrong)
        renamed = [_of_task(sample, name) for sample in other]
        return [*first, *renamed]

    return swapped(both(()), both(range(60)), known)


def _of_task(sample: SampleRecord, name: str) -> SampleRecord:
    return replace(sample, key=replace(sample.key, task=name))


CASES = {case.__name__: case for case in (safe, not_safe, cannot_tell, refusing, two_tasks)}
