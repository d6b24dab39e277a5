"""The shape of a message: everything that it shows, and nothing of how it looks.

Shares and effects are fractions, as everywhere; None is "cannot tell". Text of a model is kept only
in `ChangedItem` and `FingerprintLine`, harmless and cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - pydantic reads the fields at run time
from enum import StrEnum
from typing import Final

from evals.condition import AlertSeverity, ConditionKind  # noqa: TC001 - as above
from evals.golden_set import Severity  # noqa: TC001 - as above
from evals.report.chart import ChartRow  # noqa: TC001 - as above
from evals.verdict import VerdictKind  # noqa: TC001 - as above

ACCURACY: Final = "accuracy"
CHANGED_ANSWERS: Final = "changed answers"


class NoticeKind(StrEnum):
    """Why a message is sent."""

    OPENED = "opened"
    STILL_OPEN = "still_open"
    ACKNOWLEDGED = "acknowledged"
    SILENCED = "silenced"
    RESOLVED = "resolved"
    DIGEST = "digest"
    TEST = "test"


@dataclass(frozen=True, kw_only=True, slots=True)
class Onset:
    """Where a change seems to have begun: the first of the latest ``runs`` that differ most."""

    run_id: str
    at: datetime
    runs: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SeriesLine:
    """One series of the run beside its baseline.

    Attributes:
        task: The task, or the view of a probe (``pushback/D2``).
        measure: What is measured: ``accuracy``, ``changed answers``, ``refused`` replies...
        verdict: The verdict on the task.
        moved: This series is news.
        observed: The run's share.
        baseline: The share that the baseline leads to expect.
        change: ``observed`` against what the baseline predicts; ``low`` and ``high`` are its 95 %
            interval.
        p: Of this run alone.
        p_weeks: Of this run together with those before; None where they say nothing.
        log10_e: Evidence of items that were asked again; None unless that decided.
        level: The p-value below which this series counts as moved.
        mde: The smallest change that such a run finds 4 times in 5; None when it finds none.
        items: Items compared.
        draws: Answers compared; of a state, the calls that could have ended in it.
        count: Of a state, the calls that did; None of a score.
        observed_low: Lower end of the 95 % interval of ``observed``, where that of the change is
            not known.
        observed_high: Its upper end.
    """

    task: str
    measure: str
    verdict: VerdictKind
    moved: bool
    observed: float | None = None
    baseline: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_weeks: float | None = None
    log10_e: float | None = None
    level: float | None = None
    mde: float | None = None
    items: int = 0
    draws: int = 0
    count: int | None = None
    observed_low: float | None = None
    observed_high: float | None = None
    onset: Onset | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedItem:
    """An item that changed; its texts are harmless and cut to some hundred characters."""

    item: str
    severity: Severity
    prompt: str
    before: str
    after: str
    before_pass_rate: float
    after_pass_rate: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FingerprintLine:
    """What the endpoint reports of itself, where that differs; texts as in `ChangedItem`."""

    what: str
    before: str
    after: str
    breaks_pin: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """What to do, in words, and the command that does it; empty when there is none."""

    words: str
    command: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Words that lead to an address; it is made from the public URL of the server alone."""

    words: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckLine:
    """One check of a week.

    ``mde`` is the largest of what its golden sets and headlines could have missed; None when it
    could see nothing. ``words`` say why it is not ok; empty when it is.
    """

    endpoint: str
    suite: str
    verdict: VerdictKind
    at: datetime
    run_id: str
    mde: float | None = None
    words: str = ""
    pin_broken: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """A week in one message.

    Attributes:
        since: When the week began.
        checks: The checks that are told, what is not ok first, else the newest first.
        checks_in_all: How many were judged; those that are not told were ok.
        mde: The largest of what they could have missed; None when that is not known.
        missed: Checks that were due and did not run, in words; ``missed_in_all`` counts them all.
        open_alerts: What is open still, in words.
        together: What no check alone could say, in words: advice, and no news.
        cost_usd: Of all runs; None when any price is unknown.
    """

    since: datetime
    checks: tuple[CheckLine, ...]
    checks_in_all: int
    mde: float | None = None
    missed: tuple[str, ...] = ()
    missed_in_all: int = 0
    open_alerts: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    cost_usd: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A message to people about one alert, about a week, or a test.

    Attributes:
        condition: What the alert is about; None for a digest or a test.
        symbol: The verdict as one character, so that colour is never needed.
        word: The verdict as a word in capitals.
        tone: Its colour by meaning: good, bad, notice or unknown.
        headline: Why, in one sentence.
        at: When this was decided.
        opened_at: When the alert opened; None without one.
        alert_id: Id of the alert; empty without one.
        reason: Why the alert changed its state, or who did it and why; empty when it opens.
        actor: Who acknowledged, silenced or resolved; empty when nobody did.
        endpoint: Its name; empty where the condition is about none.
        channel: The channel that fails; empty otherwise.
        purse: The budget that is spent, or nearly; empty otherwise.
        verdict: The verdict on the run; None without one.
        reasons: Further reasons, the most important first.
        confirmation: What fresh answers said of the first look; empty without an adaptive check.
        budget: Level of the tests and the budget of false alarms, in words.
        series: What moved, worst first; for a run that is well, what was watched.
        more_series: How many series stand behind those.
        changed_items: The worst items; ``changed_items_in_all`` counts them all.
        states: Calls that did not end ok, one sentence each.
        notes: What a reader must know of the comparison.
        cost: What the run took, in words; ``cost_usd`` is None when unknown.
        advice: What to do next.
    """

    kind: NoticeKind
    severity: AlertSeverity
    symbol: str
    word: str
    tone: str
    headline: str
    at: datetime
    condition: ConditionKind | None = None
    opened_at: datetime | None = None
    alert_id: str = ""
    reason: str = ""
    actor: str = ""
    endpoint: str = ""
    suite: str = ""
    channel: str = ""
    purse: str = ""
    model: str = ""
    run_id: str = ""
    verdict: VerdictKind | None = None
    baseline: str = ""
    reasons: tuple[str, ...] = ()
    confirmation: str = ""
    budget: str = ""
    series: tuple[SeriesLine, ...] = ()
    more_series: int = 0
    changed_items: tuple[ChangedItem, ...] = ()
    changed_items_in_all: int = 0
    states: tuple[str, ...] = ()
    fingerprint: tuple[FingerprintLine, ...] = ()
    notes: tuple[str, ...] = ()
    cost: str = ""
    cost_usd: float | None = None
    chart: tuple[ChartRow, ...] = ()
    advice: tuple[Advice, ...] = ()
    links: tuple[Link, ...] = ()
    digest: Digest | None = None
