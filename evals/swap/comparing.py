"""From the samples of two endpoints to a decision: pure, and every decision has its reason."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Final

from evals.call_state import CallState
from evals.compare.basis import shared_basis
from evals.compare.series import by_series
from evals.coverage import Coverage
from evals.errors import EvalsError
from evals.numbers import percent
from evals.policy import Policy
from evals.stats.noninferiority import SwapVerdict
from evals.swap.group import compare_group, of_tag, tags_of
from evals.swap.swap import SwapReport, SwapSide, SwapTask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.compare.measured import MeasuredRun
    from evals.golden_set import Item
    from evals.records import SampleRecord

DEFAULT_MARGIN_POINTS: Final = 3.0
_WORST_FIRST: Final = (SwapVerdict.NOT_SAFE, SwapVerdict.CANNOT_TELL, SwapVerdict.SAFE)


def compare_endpoints(
    a: MeasuredRun,
    b: MeasuredRun,
    *,
    items: Mapping[str, Item],
    margin_points: float = DEFAULT_MARGIN_POINTS,
    minimum_coverage: float = Policy().minimum_coverage,
) -> SwapReport:
    """Say whether B may take the place of A on the items that both were asked.

    Args:
        a: The endpoint in use.
        b: The one that would replace it.
        items: Every item by content digest.
        margin_points: The loss of accuracy that would be acceptable, in percentage points.
        minimum_coverage: The share of planned samples that must end ``ok`` on each side.

    ``safe`` when the lower one-sided 95 % bound of the difference lies above minus the margin,
    ``not safe`` when the upper one lies below it: B is worse by more than the margin. In between,
    with too little coverage, or with nothing shared, it is ``cannot tell``: a B that is shown to
    be worse, though perhaps by less than the margin, is that too, and its reason says so. The
    worst task decides; tags are shown, and decide nothing. Of a probe its headline is compared, if
    more of it is better. It speaks of these items, not of the traffic.

    Raises:
        EvalsError: The margin is not between 0 and 100 points.
    """
    if not 0 < margin_points < 100:
        raise EvalsError(
            f"a margin of {margin_points:g} points makes no sense",
            where="--margin",
            fix="Take the loss in points that you would accept, such as 3.",
        )
    told = [one if one.passes > 1 else by_series(one, items) for one in (a, b)]
    names = list(dict.fromkeys(name for one in told for name in _deciding(one)))
    tasks = tuple(
        _compare_task(name, told[0], told[1], items, margin_points / 100, minimum_coverage)
        for name in names
    )
    verdict = _worst(tasks)
    return SwapReport(
        a=_side(a),
        b=_side(b),
        margin=margin_points / 100,
        verdict=verdict,
        reasons=_reasons(tasks, verdict),
        tasks=tasks,
    )


def _deciding(run: MeasuredRun) -> list[str]:
    """Name the golden sets, and the headline of each probe of which more is better."""
    return [
        task.name
        for task in run.record.tasks
        if (traits := run.traits.get(task.name)) is None or not (traits.part or traits.neutral)
    ]


def _compare_task(
    name: str,
    a: MeasuredRun,
    b: MeasuredRun,
    items: Mapping[str, Item],
    margin: float,
    minimum_coverage: float,
) -> SwapTask:
    of_a, of_b = _of_task(a, name), _of_task(b, name)
    basis = shared_basis(of_b, [of_a], items)
    coverage = {
        side: Coverage(states=states, planned=_planned(run, name), minimum=minimum_coverage)
        for side, states, run in (("A", _states(of_a), a), ("B", _states(of_b), b))
    }
    missing = next(
        (_missing(side, one) for side, one in coverage.items() if not one.is_graded), None
    )
    return SwapTask(
        overall=compare_group(name, basis, margin=margin, missing=missing),
        tags=tuple(
            compare_group(tag, of_tag(basis, tag), margin=margin, missing=missing)
            for tag in tags_of(basis)
        ),
        a_states=coverage["A"].states,
        b_states=coverage["B"].states,
        excluded=basis.excluded,
    )


def _missing(side: str, coverage: Coverage) -> str:
    if coverage.planned == 0:
        return f"{side} was not asked"
    return (
        f"only {coverage.graded} of {coverage.planned} samples of {side} could be graded "
        f"({coverage.rest}); {percent(coverage.minimum)} are needed"
    )


def _worst(tasks: Sequence[SwapTask]) -> SwapVerdict:
    found = {task.overall.verdict for task in tasks}
    return next((one for one in _WORST_FIRST if one in found), SwapVerdict.CANNOT_TELL)


def _reasons(tasks: Sequence[SwapTask], verdict: SwapVerdict) -> tuple[str, ...]:
    rows = [task.overall for task in tasks]
    if not rows:
        return ("nothing was asked",)
    if len(rows) == 1:
        return (rows[0].reason,)
    return tuple(f"{row.name}: {row.reason}" for row in rows if row.verdict is verdict)


def _of_task(run: MeasuredRun, task: str) -> list[SampleRecord]:
    return [sample for sample in run.samples if sample.key.task == task]


def _planned(run: MeasuredRun, name: str) -> int:
    return sum(task.planned_samples for task in run.record.tasks if task.name == name)


def _states(samples: Sequence[SampleRecord]) -> dict[CallState, int]:
    seen = Counter(sample.state for sample in samples)
    return {state: seen[state] for state in CallState if seen[state]}


def _side(run: MeasuredRun) -> SwapSide:
    samples = run.samples
    costs = [sample.cost_usd for sample in samples]
    latencies = [
        sample.latency_seconds
        for sample in samples
        if sample.state is CallState.OK and sample.latency_seconds is not None
    ]
    return SwapSide(
        endpoint=run.record.endpoint,
        run_id=run.record.id,
        asked_at=run.record.started_at or run.record.created_at,
        samples=len(samples),
        cost_usd=_sum_known(costs),
        median_latency_seconds=median(latencies) if latencies else None,
        input_tokens=sum(sample.input_tokens or 0 for sample in samples),
        output_tokens=sum(sample.output_tokens or 0 for sample in samples),
    )


def _sum_known(costs: Sequence[float | None]) -> float | None:
    """Add up, or return None: a sum that leaves out an unknown price is a wrong sum."""
    known = [cost for cost in costs if cost is not None]
    return sum(known) if costs and len(known) == len(costs) else None
