"""From the passes of a window to the judgement of a bridge: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.bridge.bridge import BridgeReport
from evals.compare.passes import pooled
from evals.compare.run import compare_run
from evals.judgement import judge
from evals.swap import compare_endpoints

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.compare.measured import MeasuredBaseline, MeasuredRun
    from evals.golden_set import Item
    from evals.policy import Policy
    from evals.swap import SwapReport

_LARGEST_MARGIN = 99.0


def compare_bridge(
    old: Sequence[MeasuredRun],
    new: Sequence[MeasuredRun],
    baseline: MeasuredBaseline,
    *,
    items: Mapping[str, Item],
    policy: Policy,
    alias_allowed: bool,
    changes: Sequence[str],
    anchor: str,
) -> BridgeReport:
    """Say whether the endpoint stayed what was blessed, and what our own change amounts to.

    Args:
        old: Passes of this window, asked as the baseline's were.
        new: Passes of this window, asked as we ask from now on; ``old`` itself where both ways ask
            the same.
        baseline: The blessing to bridge from.
        items: Every item by content digest.
        policy: The thresholds of the judgement.
        alias_allowed: Another served model is no broken pin.
        changes: What we changed, as phrases.
        anchor: The name for the next blessing.

    The new way is never held against the baseline: only the old way is, and the offset between the
    two ways comes from one window, where nothing but our change lies between them.
    """
    asked_then = pooled(old, items)
    meanwhile = compare_run(
        asked_then, baseline, items=items, policy=policy, alias_allowed=alias_allowed
    )
    old_runs, new_runs = (tuple(run.record.id for run in way) for way in (old, new))
    return BridgeReport(
        endpoint=new[0].record.endpoint,
        suite=new[0].record.suite,
        baseline=baseline.name,
        anchor=anchor,
        changes=tuple(changes),
        old_runs=old_runs,
        new_runs=new_runs,
        meanwhile=meanwhile,
        verdict=judge(meanwhile, policy),
        offset=None
        if old_runs == new_runs
        else _offset(asked_then, pooled(new, items), items, policy),
    )


def _offset(
    asked_then: MeasuredRun, asked_now: MeasuredRun, items: Mapping[str, Item], policy: Policy
) -> SwapReport:
    """Return what our own change amounts to: both ways side by side, as at a swap."""
    return compare_endpoints(
        asked_then,
        asked_now,
        items=items,
        margin_points=min(policy.smallest_effect_points, _LARGEST_MARGIN),
        minimum_coverage=policy.minimum_coverage,
    )
