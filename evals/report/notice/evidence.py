"""One series in words: what was observed, how large the change is, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals import numbers
from evals.report.notice.lines import Line, Look, Words, name, plain
from evals.report.notice.notice import ACCURACY

if TYPE_CHECKING:
    from evals.report.notice.notice import SeriesLine


def series_words(line: SeriesLine) -> tuple[Line, ...]:
    """Return a few lines: the figures, the evidence, and since when."""
    first = [Words(name(line.task), Look.STRONG), Words(f" {line.measure}: ")]
    first.append(Words(numbers.percent(line.observed), Look.STRONG))
    if line.observed_low is not None and line.observed_high is not None:
        reach = numbers.percent_range(line.observed_low, line.observed_high)
        first.append(Words(f" (95 % interval {reach})"))
    if line.baseline is not None:
        before = "was" if line.measure == ACCURACY else "expected"
        first.append(Words(f", {before} {numbers.percent(line.baseline)}"))
    rest = (_evidence(line), _reach(line), _onset(line))
    return (tuple(first), *(plain(text) for text in rest if text))


def _evidence(line: SeriesLine) -> str:
    return ", ".join(filter(None, [_change(line), _how_sure(line)]))


def _change(line: SeriesLine) -> str:
    if line.change is None:
        return ""
    change = numbers.points(line.change)
    if line.measure == ACCURACY:  # not the plain difference of the two scores above it
        change = f"{change} against what the baseline predicts"
    if line.low is None or line.high is None:
        return change
    reach = numbers.points_range(line.low, line.high).removesuffix(" points")
    return f"{change} (95 % interval {reach})"


def _how_sure(line: SeriesLine) -> str:
    if line.log10_e is not None:
        return f"e-value 10^{line.log10_e:.1f} from items asked again"
    return "" if line.p is None else numbers.p_value(line.p, alpha=line.level or 1.0)


def _reach(line: SeriesLine) -> str:
    """Say how much was compared, and what could have been seen."""
    counted = ""
    if line.count is not None:
        counted = f"{numbers.count(line.count)} of {numbers.plural(line.draws, 'call')}"
    elif line.items:
        counted = f"{numbers.plural(line.items, 'item')}, {numbers.plural(line.draws, 'answer')}"
    seen = "" if line.mde is None else f"could see {numbers.smallest_seen(line.mde)}"
    return "; ".join(filter(None, [counted, seen]))


def _onset(line: SeriesLine) -> str:
    onset = line.onset
    if onset is None:
        return ""
    details = [numbers.plural(onset.runs, "run")]
    if line.p_weeks is not None:
        details.append(f"{numbers.p_value(line.p_weeks, alpha=line.level or 1.0)} over the weeks")
    return f"Began about {onset.at:%Y-%m-%d}, run {onset.run_id} ({', '.join(details)})"
