"""A notice as sections, in the order of reading; each form only dresses them.

What moved and how sure we are, then what to do, then the evidence, then what is good to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals import numbers
from evals.golden_set import Severity
from evals.report.marks import JUDGE_MOVED, MARKS, PIN_BROKEN
from evals.report.notice.digest_layout import digest_sections
from evals.report.notice.evidence import series_words
from evals.report.notice.lines import (
    Line,
    Look,
    Section,
    Words,
    capital,
    name,
    plain,
    sentence,
    strong,
)
from evals.report.notice.notice import NoticeKind
from evals.report.safe_text import one_line, pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.report.marks import Mark
    from evals.report.notice.notice import Advice, ChangedItem, FingerprintLine, Notice

_MOST_REASONS: Final = 3
_MOST_STATES: Final = 4
_MOST_NOTES: Final = 2
_PROMPT: Final = 140
_ANSWERS: Final = 240
_FINGERPRINTS: Final = 120
_DONE: Final = {
    NoticeKind.ACKNOWLEDGED: "Acknowledged",
    NoticeKind.SILENCED: "Silenced",
    NoticeKind.RESOLVED: "Resolved",
}


def sections(notice: Notice) -> tuple[Section, ...]:
    """Return everything after the first line."""
    return (*news(notice), *evidence(notice))


def news(notice: Notice) -> tuple[Section, ...]:
    """Return what somebody must read before doing anything."""
    if notice.digest is not None:
        return _filled(digest_sections(notice.digest, notice.at))
    return _filled([_lead(notice), *_series(notice), _fingerprint(notice), _to_do(notice)])


def evidence(notice: Notice) -> tuple[Section, ...]:
    """Return what supports the news, and what is good to know."""
    if notice.digest is not None:
        return ()
    if notice.kind is NoticeKind.RESOLVED:
        return _filled([_about(notice)])
    return _filled([*_items(notice), _states(notice), _commands(notice), _about(notice)])


def reply_sections(notice: Notice) -> tuple[Section, ...]:
    """Return what a reply in the thread of an alert says: what is new, and nothing twice."""
    spread = _series(notice) if notice.kind is NoticeKind.STILL_OPEN else []
    return _filled([_lead(notice), *spread])


def _filled(found: Sequence[Section]) -> tuple[Section, ...]:
    return tuple(section for section in found if section.lines)


def _lead(notice: Notice) -> Section:
    """Say in a sentence what this is, then why, who changed it, and how sure we are."""
    first, *rest = ("",) if notice.kind is NoticeKind.RESOLVED else _why(notice)
    more = (*rest, _reason(notice), notice.confirmation, *notice.reasons[:_MOST_REASONS])
    lines = [strong(first)] if first else []
    return Section(lines=(*lines, *(plain(sentence(text)) for text in more if text)))


def _why(notice: Notice) -> tuple[str, ...]:
    """Return what the verdict means, then the headline where no series tells it better."""
    mark = _mark(notice)
    if mark is None:
        return (sentence(notice.headline),)
    moved = any(line.moved for line in notice.series)
    return (mark.meaning,) if moved else (mark.meaning, notice.headline)


def _mark(notice: Notice) -> Mark | None:
    marks = [PIN_BROKEN, JUDGE_MOVED, *([MARKS[notice.verdict]] if notice.verdict else [])]
    return next((mark for mark in marks if mark.word == notice.word), None)


def _reason(notice: Notice) -> str:
    """Return why the alert changed, less what the headline says, with who did it."""
    reason, tasks = notice.reason, {line.task for line in notice.series}
    for who in (*(f"{task}: " for task in sorted(tasks)), f"run {notice.run_id}: ", ""):
        reason = reason.replace(f"{who}{notice.headline}", "")
    reason = reason.strip(" :;.") if notice.kind is not NoticeKind.RESOLVED else notice.reason
    word = _DONE.get(notice.kind, "")
    if not reason or not (word and notice.actor):
        return reason
    return f"{word} by {name(notice.actor)}: {reason}"


def _series(notice: Notice) -> list[Section]:
    moved = [line for line in notice.series if line.moved]
    found = [Section(lines=series_words(line)) for line in moved or notice.series]
    if moved and notice.kind is NoticeKind.RESOLVED:
        found.insert(0, Section(lines=(strong(f"What it was about, by {_run(notice)}"),)))
    if notice.more_series:
        more = numbers.plural(notice.more_series, "more series", "more series")
        found.append(Section(lines=(plain(f"And {more}."),), quiet=True))
    return found


def _fingerprint(notice: Notice) -> Section:
    if notice.kind is NoticeKind.RESOLVED:
        return Section(lines=())
    return Section(lines=tuple(_change(line) for line in notice.fingerprint))


def _change(line: FingerprintLine) -> Line:
    before, after = pair(line.before, line.after, _FINGERPRINTS)
    return (
        Words(f"{'Breaks the pin' if line.breaks_pin else 'New'}: {name(line.what)} "),
        Words(before, Look.QUOTED),
        Words(" \u2192 "),
        Words(after, Look.QUOTED),
    )


def _to_do(notice: Notice) -> Section:
    first = next((one for one in notice.advice if not one.command), None)
    if first is None or notice.kind in (NoticeKind.SILENCED, NoticeKind.RESOLVED):
        return Section(lines=())
    return Section(lines=((Words("What to do: ", Look.STRONG), Words(first.words)),))


def _items(notice: Notice) -> list[Section]:
    shown = notice.changed_items
    if not shown:
        return []
    count = f"{len(shown)} of {notice.changed_items_in_all}"
    title = Section(lines=(strong(f"Changed items, worst first ({count})"),))
    return [title, *(Section(lines=_item(item)) for item in shown)]


def _item(item: ChangedItem) -> tuple[Line, ...]:
    before, after = pair(item.before, item.after, _ANSWERS)
    then, now = numbers.percent(item.before_pass_rate), numbers.percent(item.after_pass_rate)
    severity = "" if item.severity is Severity.NORMAL else f"{item.severity.value} severity, "
    return (
        (Words(name(item.item), Look.STRONG), Words(f": {severity}right {then} \u2192 {now}")),
        (Words("asked "), Words(one_line(item.prompt, _PROMPT), Look.QUOTED)),
        (Words("before "), Words(before, Look.QUOTED)),
        (Words("after "), Words(after, Look.QUOTED)),
    )


def _states(notice: Notice) -> Section:
    lines = [f"Not ok: {state}" for state in notice.states[:_MOST_STATES]]
    return Section(lines=tuple(plain(line) for line in (*lines, *notice.notes[:_MOST_NOTES])))


def _commands(notice: Notice) -> Section:
    return Section(lines=tuple(_command(one) for one in notice.advice if one.command), quiet=True)


def _command(advice: Advice) -> Line:
    return (Words(advice.command, Look.COMMAND), Words(f"  ({advice.words})"))


def _run(notice: Notice) -> str:
    return f"run {notice.run_id}" if notice.run_id else ""


def _about(notice: Notice) -> Section:
    """Say what was asked when, what it cost, and what a false alarm would cost."""
    what = (
        f"alert {notice.alert_id}" if notice.alert_id else "",
        _run(notice),
        f"model {name(notice.model)}" if notice.model else "",
        notice.baseline,
        numbers.moment(notice.at),
    )
    known = any(line.mde is not None for line in notice.series)
    reach = "Could see: the smallest change that such a run finds 4 times in 5" if known else ""
    lines = (
        capital(", ".join(part for part in what if part)),
        notice.budget,
        reach,
        notice.cost,
    )
    return Section(lines=tuple(plain(line) for line in lines if line), quiet=True)
