"""Sentences around the tables of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals import numbers
from evals.compare.comparison import ENOUGH_ITEMS
from evals.report.rows import graded, score_label

if TYPE_CHECKING:
    from evals.compare import Sampling
    from evals.report.view import RunReport


def usage_words(report: RunReport) -> str:
    """Say what the run took; an unknown cost is called unknown, and no answers cost nothing."""
    usage = report.usage
    if not usage.calls:
        return f"Nothing was answered; {numbers.duration(usage.seconds)}"
    cost = numbers.dollars(usage.cost_usd)
    latency = numbers.duration(usage.median_latency_seconds)
    return (
        f"Cost {cost if usage.cost_usd is not None else 'unknown (no price or no token counts)'}; "
        f"{numbers.plural(usage.calls, 'call')}; {numbers.duration(usage.seconds)} "
        f"(median latency {latency}); {numbers.count(usage.input_tokens)} tokens in, "
        f"{numbers.count(usage.output_tokens)} out"
    )


def baseline_words(report: RunReport) -> str:
    """Name the baseline and its passes."""
    compared = report.comparison
    if compared.baseline is None:
        return "no baseline"
    return f"baseline {compared.baseline} ({numbers.plural(compared.passes, 'pass', 'passes')})"


def asked_lines(report: RunReport) -> tuple[str, ...]:
    """Say what an adaptive check asked of each task; nothing for a fixed plan."""
    return tuple(
        f"Asked in {task.task}: {_sampling(task.sampling)}"
        for task in report.comparison.tasks
        if task.sampling is not None and not task.part
    )


def _sampling(sampling: Sampling) -> str:
    more = sampling.extra_rounds and sampling.more
    parts = [
        f"{numbers.count(sampling.once)} once",
        f"{numbers.count(sampling.more)} {_times(sampling.extra_rounds)} more" if more else "",
        f"{numbers.count(sampling.again)} again" if sampling.again else "",
        f"repeated at {numbers.moment(sampling.repeated_at)}" if sampling.repeated_at else "",
        f"to be repeated from {numbers.moment(sampling.due_at)}" if sampling.due_at else "",
    ]
    return f"{', '.join(filter(None, parts))}; {numbers.plural(sampling.calls, 'call')}"


def _times(count: int) -> str:
    words = {1: "once", 2: "twice", 3: "three times"}
    return words.get(count, f"{count} times")


def bounds_lines(report: RunReport) -> tuple[str, ...]:
    """Say, for each task with missing samples, where its accuracy must lie."""
    return tuple(
        f"{task.task}: whatever the missing samples would have been, accuracy lies within "
        f"{numbers.percent_range(*task.bounds)}"
        for task in report.comparison.tasks
        if graded(task) < task.planned and numbers.is_known(*task.bounds)
    )


def insufficient_words(report: RunReport) -> str:
    """Say of which tasks the score stands on too few items; empty when it does of none."""
    few = [task for task in report.comparison.tasks if score_label(task.score)]
    items = ", ".join(f"{task.task} {numbers.plural(task.score.n, 'item')}" for task in few)
    return f"insufficient, under {ENOUGH_ITEMS} graded items: {items}" if few else ""


def how_to_read(report: RunReport) -> tuple[str, ...]:
    """Explain the figures to a reader who sees a report for the first time."""
    score = (
        "Score: share of graded samples that were right, with its 95 % interval. Errors, refusals "
        "and cut-off answers are never counted as wrong; they are listed by themselves."
    )
    if report.comparison.baseline is None:
        return (score,)
    change = (
        "Change: this run against what the baseline predicts for the same items, in percentage "
        "points, so it need not be the plain difference of the two scores."
    )
    p = (
        "p: how often an unchanged endpoint would look at least this different. A change counts "
        f"when p < {numbers.level(report.verdict.alpha)}."
    )
    seen = (
        "Could see: the smallest change that a run like this one finds 4 times in 5. Anything "
        "smaller may have happened unseen."
    )
    return (score, change, p, seen)


def excluded_lines(report: RunReport) -> tuple[str, ...]:
    """Say which items were left out of the comparison, and why."""
    return tuple(
        f"{task.task}: {numbers.plural(len(left.item_ids), 'item')} not compared: {left.reason}"
        for task in report.comparison.tasks
        for left in task.excluded
    )
