"""What a notice says: of a run, of other conditions, of a week; and that its document keeps it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.call_state import CallState
from evals.compare import Confirmation, Estimate, Sampling, StateRate
from evals.condition import AlertSeverity, ConditionKind
from evals.policy import Policy, Tier
from evals.report.document import document
from evals.report.notice import (
    Advice,
    ChangedItem,
    CheckLine,
    Digest,
    FingerprintLine,
    Link,
    Notice,
    NoticeKind,
    Onset,
    SeriesLine,
    from_document,
    to_document,
)
from evals.report.notice.digest import check_of_document, notice_of_week
from evals.report.notice.evidence import series_words
from evals.report.notice.examples import NAMES, example
from evals.report.notice.links import linked
from evals.report.notice.of_condition import notice_of_condition
from evals.report.notice.text import text_body
from evals.report.notice.title import title
from evals.report.slack import payload
from evals.stats.retest import Retest
from evals.verdict import TaskVerdict, VerdictKind
from service.stages.follow import naming_what_confirms
from tests.slack_rules import check_message
from tests.unit.notify.factories_notify import (
    LATER,
    NOTICES,
    a_check,
    a_notice,
    alert,
    mixed_week,
    of_kind,
    quiet_week,
    since_two_runs,
)
from tests.unit.report.factories_comparison import make_check, make_comparison, make_task
from tests.unit.report.factories_moved import changed, regressed
from tests.unit.report.factories_report import NOW, make_report, make_verdict
from tests.unit.report.factories_unmeasured import blind, pin_broken, storm

MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(max_size=8)


def several(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


def made_of(kind: type, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.builds(kind, **fields)


for one, strategy in {
    Onset: made_of(Onset, run_id=TEXTS, at=MOMENTS),
    Link: made_of(Link, words=TEXTS, url=TEXTS),
    Advice: made_of(Advice, words=TEXTS, command=TEXTS),
}.items():
    st.register_type_strategy(one, strategy)

LINES = st.builds(
    SeriesLine,
    moved=st.booleans(),
    observed=NUMBERS,
    change=NUMBERS,
    p=NUMBERS,
    log10_e=NUMBERS,
    mde=NUMBERS,
    onset=st.none() | st.from_type(Onset),
)
CHECKS = st.builds(CheckLine, at=MOMENTS, mde=NUMBERS)
NOTICE = st.builds(
    Notice,
    at=MOMENTS,
    opened_at=st.none() | MOMENTS,
    series=several(LINES),
    changed_items=several(
        st.builds(ChangedItem, before_pass_rate=st.floats(0, 1), after_pass_rate=NUMBERS)
    ),
    fingerprint=several(st.builds(FingerprintLine, breaks_pin=st.booleans())),
    cost_usd=NUMBERS,
    chart=st.just(since_two_runs().chart),
    advice=several(st.from_type(Advice)),
    links=several(st.from_type(Link)),
    reasons=several(TEXTS),
    digest=st.none()
    | st.builds(Digest, since=MOMENTS, checks=several(CHECKS), mde=NUMBERS, cost_usd=NUMBERS),
)


@settings(max_examples=40)
@given(NOTICE)
def test_a_document_keeps_the_whole_notice(notice: Notice) -> None:
    travelled = json.loads(json.dumps(to_document(notice), allow_nan=False))
    assert from_document(travelled) == notice


@pytest.mark.parametrize("name", NOTICES)
def test_the_document_of_every_message_is_json_and_comes_back(name: str) -> None:
    notice = linked(NOTICES[name](), "https://pinwatch.example.org")
    assert from_document(json.loads(json.dumps(to_document(notice)))) == notice


def test_a_document_of_another_format_or_version_is_refused() -> None:
    whole = to_document(a_notice())
    for wrong in ({}, whole | {"version": 2}, whole | {"format": "pinwatch.report"}):
        with pytest.raises(ValueError, match=r"pinwatch\.notice"):
            from_document(wrong)
    assert from_document(whole | {"a_later_field": 1}) == a_notice()


def test_what_moved_stands_first_with_all_its_evidence() -> None:
    (accuracy,) = since_two_runs().series
    assert accuracy.measure == "accuracy"
    assert (accuracy.observed, accuracy.baseline) == (0.84, 0.9242)
    assert (accuracy.change, accuracy.low, accuracy.high) == (-0.0832, -0.11, -0.0561)
    assert (accuracy.p, accuracy.p_weeks, accuracy.mde) == (1.3e-9, 4e-10, 0.041)
    assert (accuracy.items, accuracy.draws) == (150, 150)
    assert accuracy.onset == Onset(run_id="r-0104", at=NOW, runs=2)
    assert accuracy.level == pytest.approx(1 / 520)


def test_where_accuracy_did_not_move_the_answers_that_changed_stand_first() -> None:
    lines = a_notice(changed()).series
    assert [(line.measure, line.moved) for line in lines] == [
        ("length of replies", True),
        ("changed answers", True),
        ("accuracy", False),
    ]


def test_a_state_counts_its_calls_and_has_an_interval_by_items() -> None:
    refused = StateRate(
        state=CallState.REFUSED, count=60, n=230, rate=0.26, baseline_rate=0.01, p=1e-9
    )
    judged = TaskVerdict(task="support-faq", kind=VerdictKind.CHANGED, reasons=("it refuses",))
    verdict = replace(make_verdict(VerdictKind.CHANGED, "it refuses"), tasks=(judged,))
    comparison = make_comparison(make_task(rates=(refused,)))
    (line,) = a_notice(make_report(comparison=comparison, verdict=verdict)).series[:1]
    assert (line.measure, line.items, line.count, line.draws) == ("refused", 150, 60, 230)
    first, _, counted = ("".join(one.text for one in words) for words in series_words(line))
    assert first == "support-faq refused: 26.0 % (95 % interval 19.6 to 33.6 %), expected 1.0 %"
    assert counted == "60 of 230 calls"


def test_items_asked_again_are_weighed_as_an_e_value() -> None:
    sampling = Sampling(
        once=150,
        more=40,
        extra_rounds=3,
        again=3,
        calls=279,
        confirmation=Confirmation.RETESTED,
        retest=Retest(log_e=9.21, needed=6.25, alarm=True),
    )
    task = make_task(sampling=sampling)
    found = a_notice(
        make_report(
            comparison=make_comparison(task),
            verdict=make_verdict(VerdictKind.REGRESSED, "3 items that fell failed again"),
        )
    )
    (line,) = found.series
    assert line.moved
    assert line.log10_e == pytest.approx(4.0, abs=0.01)
    assert "e-value 10^4.0 from items asked again" in text_body(found)
    assert found.confirmation == "the items that fell were asked again, and failed again"


def test_a_reason_that_a_series_tells_is_not_said_twice() -> None:
    assert a_notice(regressed()).reasons == ()
    assert a_notice(changed()).reasons == ()


@pytest.mark.parametrize("report", [pin_broken, storm])
def test_what_was_not_measured_shows_no_figure_that_looks_like_one(report: object) -> None:
    assert a_notice(report()).series == ()  # type: ignore[operator]  # a factory


def test_a_run_that_is_well_shows_what_it_could_see() -> None:
    (line,) = a_notice(make_report()).series
    assert not line.moved
    assert "could see >= 4.1 points" in text_body(a_notice(make_report()))


def test_a_run_that_could_see_nothing_says_nothing_of_it() -> None:
    assert all(line.mde is None or line.mde < 1 for line in a_notice(blind()).series)


def test_advisory_series_never_count_as_moved() -> None:
    policy = Policy(tiers={"support-faq": Tier.ADVISORY})
    assert not any(line.moved for line in a_notice(regressed(), policy=policy).series)


def test_more_series_than_a_phone_can_show_are_counted() -> None:
    tasks = [
        make_task(
            task=f"task-{n}",
            check=make_check(effect=-n / 100, p_drop=1e-9),
            score=Estimate(rate=0.5, low=0.4, high=0.6, n=150),
        )
        for n in range(10)
    ]
    verdicts = tuple(
        TaskVerdict(task=task.task, kind=VerdictKind.REGRESSED, reasons=("it fell",))
        for task in tasks
    )
    verdict = replace(make_verdict(VerdictKind.REGRESSED, "they fell"), tasks=verdicts)
    found = a_notice(make_report(comparison=make_comparison(*tasks), verdict=verdict))
    assert [line.task for line in found.series] == [f"task-{n}" for n in (9, 8, 7, 6, 5, 4)]
    assert found.more_series == 4
    assert "And 4 more series." in text_body(found)


def test_an_unconfirmed_suspicion_says_so_in_its_first_line() -> None:
    page = alert(a_notice())
    assert title(page) == "\u2717 REGRESSED: shop-answers · weekly"
    warning = replace(page, severity=AlertSeverity.WARNING)
    assert title(warning) == "\u2717 REGRESSED (not confirmed): shop-answers · weekly"


@pytest.mark.parametrize(
    ("schedule", "server", "commands"),
    [
        ("nightly", None, ["evals schedule run nightly --leave --endpoint shop-answers"]),
        (None, "http://s", ["evals run shop-answers --suite weekly --server http://s"]),
        (None, None, []),
    ],
)
def test_a_suspicion_names_the_command_that_confirms_it(
    schedule: str | None, server: str | None, commands: list[str]
) -> None:
    seen = of_kind(ConditionKind.SERIES, regressed())
    for one, expected in ((seen, commands), (replace(seen, confirmed=True), [])):
        notice = naming_what_confirms(one, schedule=schedule, server=server).notice
        assert notice is not None
        again = [it.command for it in notice.advice if it.words.startswith("ask again today")]
        assert again == expected


def test_titles_say_how_long_and_whether_it_is_over() -> None:
    told = {
        kind: title(alert(a_notice(), kind=kind, at=LATER))
        for kind in (NoticeKind.STILL_OPEN, NoticeKind.RESOLVED)
    }
    assert told[NoticeKind.STILL_OPEN].startswith("\u2717 STILL REGRESSED after 3 days")
    assert told[NoticeKind.RESOLVED].startswith("\u2713 RESOLVED after 3 days")


@pytest.mark.parametrize("condition", ConditionKind)
def test_every_condition_says_what_to_do(condition: ConditionKind) -> None:
    notice = notice_of_condition(
        condition, "it is so", severity=AlertSeverity.WARNING, at=NOW, endpoint="shop"
    )
    assert notice.advice[0].words
    assert len(title(notice)) <= 150
    assert "What to do" in text_body(notice)


def test_a_quiet_week_says_what_every_check_could_have_seen() -> None:
    assert title(quiet_week()) == "\u2713 12 checks, all ok; could have seen >= 2.5 points"


def test_a_week_says_what_was_not_ok_the_worst_first() -> None:
    assert title(mixed_week()) == (
        "! 4 checks: 1 ok, 1 pin broken, 1 regressed, 1 invalid, 1 missed, 1 alert open"
    )


def test_a_week_without_checks_is_not_well() -> None:
    nothing = notice_of_week([], since=NOW - timedelta(days=7), now=NOW)
    assert title(nothing) == "! No check this week: nothing was watched"


def test_an_ok_that_cannot_tell_its_reach_says_so() -> None:
    week = notice_of_week([a_check(mde=None)], since=NOW - timedelta(days=7), now=NOW)
    assert (
        title(week)
        == "\u2713 1 check, all ok; how small a change could have been seen is not known"
    )


@pytest.mark.parametrize(
    ("report", "mde", "words"),
    [
        (make_report(), 0.041, ""),
        (regressed(), 0.041, "accuracy fell from 92.4 % to 84.0 %: -8.3 points"),
        (storm(), None, "only 18 of 150 samples could be graded"),
    ],
)
def test_a_check_of_a_week_is_read_from_a_stored_report(
    report: object, mde: float | None, words: str
) -> None:
    check = check_of_document(document(report), at=NOW)  # type: ignore[arg-type]  # a report
    assert (check.endpoint, check.suite, check.run_id) == ("shop-answers", "weekly", "r-0105")
    assert check.mde == mde
    assert check.words.startswith(words)
    assert bool(check.words) == bool(words)


def test_a_link_leads_to_a_report_of_our_server_alone() -> None:
    server = "https://pinwatch.example.org"
    notice = replace(alert(a_notice()), run_id="a b/../c?d")
    (link,) = linked(notice, server).links
    assert link.url == f"{server}/api/v1/runs/a%20b%2F..%2Fc%3Fd/report?form=html"
    assert linked(replace(notice, verdict=None), server).links == ()
    assert linked(notice, None).links == ()


@pytest.mark.parametrize("server", [None, "https://pinwatch.example.org"])
def test_a_message_without_buttons_names_the_commands(server: str | None) -> None:
    told = text_body(linked(alert(a_notice()), server))
    assert 'evals alerts ack 17 --why "..."' in told
    assert "ack 17" not in text_body(linked(alert(a_notice()), server, buttons=True))


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_a_message_that_slack_takes(name: str) -> None:
    check_message(payload(linked(example(name), None), buttons=True))
