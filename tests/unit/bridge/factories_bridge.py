"""Bridges of known content: what was blessed, the old way today, the new way beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.bridge import BridgeReport, compare_bridge
from evals.compare.measured import MeasuredBaseline, MeasuredRun
from evals.policy import Policy
from tests.factories import a_fingerprint, a_run, a_task, an_item, samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.golden_set import Item

ITEMS = [an_item(number) for number in range(60)]
POLICY = Policy(smallest_effect_points=15)


def passes(
    way: str,
    count: int,
    *,
    wrong: Sequence[int] = (),
    asked: Sequence[Item] = ITEMS,
    **fingerprint: Any,
) -> list[MeasuredRun]:
    """Passes over ``asked``, in each of which the items whose index is in ``wrong`` fail."""
    return [
        MeasuredRun(
            record=a_run(id=f"{way}-{number}", tasks=(a_task(len(asked)),)),
            samples=samples(asked, wrong),
            fingerprint=a_fingerprint(**fingerprint),
        )
        for number in range(1, count + 1)
    ]


def a_bridge(
    old: Sequence[MeasuredRun] | None = None,
    new: Sequence[MeasuredRun] | None = None,
    *,
    blessed: Sequence[MeasuredRun] | None = None,
    known: Sequence[Item] = ITEMS,
    policy: Policy = POLICY,
) -> BridgeReport:
    """Eight blessed passes and three of each way, with one item that always fails."""
    asked = passes("old", 3, wrong=[5]) if old is None else old
    return compare_bridge(
        asked,
        passes("new", 3, wrong=[5]) if new is None else new,
        MeasuredBaseline(
            name="first", runs=passes("blessed", 8, wrong=[5]) if blessed is None else blessed
        ),
        items={item.content_digest: item for item in known},
        policy=policy,
        alias_allowed=False,
        changes=("parameters: temperature 0 -> 1",),
        anchor="first-bridge",
    )
