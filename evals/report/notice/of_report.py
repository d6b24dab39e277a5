"""A notice from the report of a run: what a reader on a phone must know of it, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals import numbers
from evals.compare import Confirmation
from evals.condition import ConditionKind
from evals.judgement import ADVISORY
from evals.policy import CHECKS_PER_YEAR
from evals.report.chart import chart_rows
from evals.report.marks import JUDGE_MOVED, MARKS, headline, mark_of
from evals.report.notice.advice import advice_on_report
from evals.report.notice.notice import ChangedItem, FingerprintLine, Notice, NoticeKind
from evals.report.notice.series import series_lines
from evals.report.rows import other_reasons
from evals.report.safe_text import EMPTY, block, pair, visible
from evals.report.states import state_rows
from evals.report.words import baseline_words, excluded_lines, usage_words
from evals.report.worst import worst_flips

if TYPE_CHECKING:
    from datetime import datetime

    from evals.compare import Sampling
    from evals.condition import AlertSeverity
    from evals.policy import Policy
    from evals.report.chart import ChartRow
    from evals.report.marks import Mark
    from evals.report.notice.notice import SeriesLine
    from evals.report.states import StateRow
    from evals.report.view import RunReport
    from evals.report.worst import WorstFlip
    from evals.verdict import TaskVerdict

MOST_ITEMS: Final = 3
"""Changed items in a message; the report has them all."""
MOST_SERIES: Final = 6
_MOST_CHANGES: Final = 5
_MOST_LINES: Final = 5
_MOST_CHART_ROWS: Final = 8
_WORST_TONE: Final = ("bad", "notice", "unknown", "good")
_PROMPT: Final = 300
_ANSWERS: Final = 600
"""Cells of two answers together, cut so that their first difference stays in sight."""
_SENTENCE: Final = 500

_CONFIRMED: Final = {
    Confirmation.REPEATED: "asked a second time on the same day, and both looks judged together",
    Confirmation.RETESTED: "the items that fell were asked again, and failed again",
    Confirmation.WAIVED: "not asked again: so large an effect needs no confirmation",
    Confirmation.DUE: "to be confirmed by asking again",
}


def notice_of_report(
    report: RunReport,
    *,
    policy: Policy,
    condition: ConditionKind,
    severity: AlertSeverity,
    at: datetime,
    kind: NoticeKind = NoticeKind.OPENED,
) -> Notice:
    """Return what a message says of a run.

    Args:
        report: The run as it was judged.
        policy: The policy that it was judged under: it names the budget and the levels.
        condition: What the alert is about.
        severity: How loud it is.
        at: When this was decided.
        kind: Why it is sent; `of_alert` says so again for each later transition.
    """
    mark, flips = _mark(report, condition), worst_flips(report)
    lines = series_lines(report, policy)
    return Notice(
        kind=kind,
        condition=condition,
        severity=severity,
        symbol=mark.symbol,
        word=mark.word,
        tone=mark.tone,
        headline=_sentence(headline(report.verdict)),
        at=at,
        endpoint=report.run.endpoint,
        suite=report.run.suite,
        model=_sentence(report.model),
        run_id=report.run.id,
        verdict=report.verdict.kind,
        baseline=baseline_words(report),
        reasons=_reasons(report, lines),
        confirmation=_confirmation(report),
        budget=budget_words(report.verdict.alpha, policy),
        series=lines[:MOST_SERIES],
        more_series=max(0, len(lines) - MOST_SERIES),
        changed_items=tuple(_item(worst) for worst in flips[:MOST_ITEMS]),
        changed_items_in_all=len(flips),
        states=tuple(_state(row) for row in state_rows(report)[:_MOST_LINES]),
        fingerprint=_fingerprint(report),
        notes=_notes(report),
        cost=usage_words(report),
        cost_usd=report.usage.cost_usd,
        chart=_chart(report),
        advice=advice_on_report(report, condition, severity),
    )


def _mark(report: RunReport, condition: ConditionKind) -> Mark:
    """Return what stands first: a judge that moved says nothing of the endpoint."""
    if condition is ConditionKind.JUDGE_MOVED:
        return JUDGE_MOVED
    return mark_of(report.verdict)


def _chart(report: RunReport) -> tuple[ChartRow, ...]:
    """Return the rows of the chart, worst first: a phone shows the first of them."""
    rows = sorted(chart_rows(report), key=lambda row: _WORST_TONE.index(row.tone))
    return tuple(rows[:_MOST_CHART_ROWS])


def budget_words(alpha: float, policy: Policy) -> str:
    """Say when a series counts as moved, and what that costs in false pages.

    >>> from evals.policy import Policy
    >>> budget_words(Policy().alpha(5), Policy())
    'A series counts as moved at p < 0.0038: at most 1 false page a year over 5 series'
    """
    pages = policy.false_pages_per_year
    series = max(1, round(pages / (CHECKS_PER_YEAR * alpha)))
    return (
        f"A series counts as moved at p < {numbers.level(alpha)}: at most {pages:g} false "
        f"page{'' if pages == 1 else 's'} a year over {series:,} series"
    )


def _reasons(report: RunReport, lines: tuple[SeriesLine, ...]) -> tuple[str, ...]:
    """Return the reasons that no line of a series tells."""
    moved = {line.task for line in lines if line.moved}
    told = {
        said
        for task in report.verdict.tasks
        if task.task in moved
        for reason in task.reasons
        if not reason.startswith(ADVISORY)
        for said in _forms(task, reason)
    }
    others = [reason for reason in other_reasons(report) if reason not in told]
    return tuple(_sentence(why) for why in others[:_MOST_LINES])


def _forms(task: TaskVerdict, reason: str) -> tuple[str, ...]:
    """Return how a report says a reason: of one task, of several, of another verdict."""
    named = f"{task.task}: {reason}"
    return (reason, named, f"{MARKS[task.kind].word.lower()}: {named}")


def _confirmation(report: RunReport) -> str:
    found = [task.sampling for task in report.comparison.tasks]
    looks = [sampling.confirmation for sampling in found if sampling is not None]
    for confirmation, words in _CONFIRMED.items():
        if confirmation in looks:
            return words + _when(found, confirmation)
    return ""


def _when(found: list[Sampling | None], confirmation: Confirmation) -> str:
    moments = [
        moment
        for one in found
        if one is not None and one.confirmation is confirmation
        for moment in (one.repeated_at or one.due_at,)
        if moment is not None
    ]
    if not moments:
        return ""
    word = "from" if confirmation is Confirmation.DUE else "at"
    return f" ({word} {numbers.moment(min(moments))})"


def _item(worst: WorstFlip) -> ChangedItem:
    flip = worst.flip
    before, after = pair(flip.before, flip.after, _ANSWERS)
    return ChangedItem(
        item=_sentence(worst.item),
        severity=flip.severity,
        prompt=visible(block(flip.prompt, _PROMPT)),
        before=before or EMPTY,
        after=after or EMPTY,
        before_pass_rate=flip.before_pass_rate,
        after_pass_rate=flip.after_pass_rate,
    )


def _state(row: StateRow) -> str:
    details = [row.rate, f"baseline {row.baseline}" if row.baseline else "", row.p]
    return f"{row.task}: {row.count} {row.words} ({', '.join(d for d in details if d)})"


def _fingerprint(report: RunReport) -> tuple[FingerprintLine, ...]:
    lines = []
    for change in report.comparison.fingerprint_changes[:_MOST_CHANGES]:
        before, after = pair(change.before, change.after, _ANSWERS // 2)
        lines.append(
            FingerprintLine(
                what=_sentence(change.what),
                before=before,
                after=after,
                breaks_pin=change.breaks_pin,
            )
        )
    return tuple(lines)


def _notes(report: RunReport) -> tuple[str, ...]:
    notes = (*report.comparison.notes, *excluded_lines(report))
    return tuple(_sentence(note) for note in notes[:_MOST_LINES])


def _sentence(text: str) -> str:
    """A reason may quote what an endpoint says of itself, so it is made harmless like an answer."""
    return visible(block(text, _SENTENCE))
