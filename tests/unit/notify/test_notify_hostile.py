"""Whatever a model, an endpoint or a person writes, it stays in its place."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.golden_set import Severity
from evals.report import slack_text
from evals.report.chart import Bar, ChartRow
from evals.report.chart_png import chart_card
from evals.report.neutral_text import shown, unmarked, untagged
from evals.report.notice import Advice, FingerprintLine, NoticeKind
from evals.report.notice.text import MOST, text_body, text_title
from evals.report.safe_text import visible
from evals.report.slack import payload, reply
from tests.slack_rules import check_message
from tests.unit.notify.factories_notify import a_check, a_notice, alert, mixed_week
from tests.unit.report.factories_comparison import make_comparison, make_flip, make_task
from tests.unit.report.factories_report import make_report

if TYPE_CHECKING:
    from evals.report.notice import Notice

PIECES = (
    *("<!here>", "<!channel>", "<@U123>", "<#C123|general>", "<http://x|pay>", "@everyone"),
    *("*bold*", "_it_", "~no~", "`code`", "```", "&lt;", "&amp;", "&", "<", ">", ":tada:"),
    *("https://example.invalid", "[a](http://b)", "\n", "\r\n", "\u2028", "\x00", "\x1b[31m"),
    *("\u202e", "\u2066", "\u200b", "\u0301" * 40, "\u05e9\u05dc", "\U000e0041", " ", "word"),
    *("> quote", "# title", "#general", "- list"),
)
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=12).map(
    "".join
)


def marks(message: dict[str, Any]) -> list[str]:
    """Everything in the blocks that Slack reads as markup, and where lines end."""
    texts = [
        text["text"]
        for block in message["blocks"]
        for text in (block.get("text"), *block.get("elements", ()))
        if text is not None and text.get("type") == "mrkdwn"
    ]
    bare = [re.sub("`[^`\n]*`", "``", text) for text in texts]
    return ["".join(re.findall(r"[*`~\n]|<[^>]*>", text)) for text in bare]


def written(text: str, **overrides: Any) -> Notice:
    """A message whose every text is ``text``, as its makers keep texts."""
    flip = make_flip(item_id=text, prompt=text, before=text, after=text, severity=Severity.HIGH)
    task = make_task(flips=(flip, make_flip(before="yes", after=text)))
    report = make_report(
        model=text, comparison=make_comparison(task, notes=(text, text), baseline=text)
    )
    found = replace(
        a_notice(report),
        headline=visible(text) or "so",
        reasons=(text or "so",),
        confirmation=text,
        states=(text,),
        budget=text or "so",
        cost=text or "so",
        fingerprint=(FingerprintLine(what=text, before=text, after=text, breaks_pin=True),),
        advice=(Advice(words=text), Advice(words=text, command=text or "so")),
    )
    return alert(found, reason=text, actor=text, **overrides)


@settings(max_examples=25)
@given(HOSTILE, st.sampled_from(NoticeKind))
def test_slack_takes_it_and_finds_no_markup_in_it(text: str, kind: NoticeKind) -> None:
    notice = written(text, kind=kind)
    for message in (payload(notice, buttons=True), reply(notice)):
        check_message(message)
    told = [mark for mark in marks(payload(notice, buttons=True)) if mark]
    harmless = [mark for mark in marks(payload(written("word", kind=kind), buttons=True)) if mark]
    if text.strip(" ") and slack_text.plain(text, 9).strip():
        assert sorted(told) == sorted(harmless)


@settings(max_examples=50)
@given(HOSTILE)
def test_words_are_no_markup(text: str) -> None:
    said = slack_text.words(text)
    assert not re.search(r"[*~`@<>\n]|&(?!amp;|lt;|gt;)", said)
    assert not re.search(r"(?<![^\W_])_|_(?![^\W_])|:[\w+'-]+:|#\w|^\s*(&gt;|#)", said)
    assert "://" not in re.sub(r"[^a-z]://", "", said)


@settings(max_examples=50)
@given(HOSTILE, st.integers(1, 50))
def test_code_is_one_piece_of_one_line_and_cut(text: str, characters: int) -> None:
    said = slack_text.code(text, characters)
    assert re.fullmatch(r"`[^`\n<>]+`", said)
    assert len(re.sub("&(amp|lt|gt);", "x", said)) <= max(characters, len("(empty)")) + 4


@settings(max_examples=50)
@given(HOSTILE, st.integers(1, 200))
def test_plain_text_knows_no_entities_and_is_cut(text: str, characters: int) -> None:
    said = slack_text.plain(text, characters)
    assert not re.search("[<>&\n]", said)
    assert len(said) <= characters


@settings(max_examples=50)
@given(HOSTILE)
def test_other_chats_find_no_mention_no_tag_and_no_link(text: str) -> None:
    said = untagged(text)
    assert not re.search(r"[@*`~\n]|<\S|\[[^\]]*\]\(|[a-z]://", said, re.IGNORECASE)


@settings(max_examples=50)
@given(HOSTILE)
def test_nothing_moves_the_cursor_turns_the_line_or_climbs(text: str) -> None:
    said = shown(text)
    assert said.isprintable() or not re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", said)
    assert not re.search("\u0301{4}", said)
    assert unmarked(said) == unmarked(text)


@settings(max_examples=30)
@given(HOSTILE)
def test_a_chart_is_well_formed_whatever_a_task_is_called(text: str) -> None:
    from xml.dom.minidom import parseString  # our own picture is parsed

    bar = Bar(rate=0.5, low=0.4, high=0.6)
    named = shown(text)[:40]
    row = ChartRow(
        name=named, symbol="\u2713", word="OK", tone="good", sentence=named, run=bar, baseline=bar
    )
    parsed = parseString(str(chart_card([row], title=named)))  # noqa: S318 - as above
    assert len(parsed.getElementsByTagName("circle")) == 4


@pytest.mark.parametrize("piece", ["<!here>", "`&", "\u0301", "\u5b57\n", "\x00"])
def test_a_megabyte_is_cut_everywhere(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    flip = make_flip(prompt=text, before=text, after=text[:-1])
    report = make_report(comparison=make_comparison(make_task(flips=(flip,) * 9), notes=(text,)))
    notice = alert(a_notice(report))
    message = payload(notice, buttons=True)
    check_message(message)
    assert len(str(message)) < 40_000
    assert len(text_title(notice)) < 300
    assert len(text_body(notice)) <= MOST


@pytest.mark.parametrize("text", ["<!here> *x* `y`", "\u202e", "n" * 5000])
def test_names_in_a_digest_stay_names(text: str) -> None:
    week = mixed_week()
    assert week.digest is not None
    checks = (replace(a_check(text), suite=text, words=text),) * 40
    digest = replace(week.digest, checks=checks, missed=(text,) * 40, open_alerts=(text,) * 40)
    check_message(payload(replace(week, digest=digest), buttons=True))


def test_three_worst_items_are_shown_with_what_differs() -> None:
    long = "The policy of the shop, as it was written down in the year of its opening, says "
    flips = tuple(
        make_flip(item_id=f"item-{n}", before=f"{long}yes", after=f"{long}no", surprise=n / 10)
        for n in range(5)
    )
    notice = a_notice(make_report(comparison=make_comparison(make_task(flips=flips))))
    assert [item.item for item in notice.changed_items] == [
        f"support-faq/item-{n}" for n in range(3)
    ]
    assert notice.changed_items_in_all == 5
    text = str(payload(notice, buttons=False))
    assert "says yes" in text
    assert "says no" in text


@pytest.mark.parametrize("kind", [NoticeKind.ACKNOWLEDGED, NoticeKind.RESOLVED])
@pytest.mark.parametrize("why", ["x" * 5000, "&" * 900, "as *this* says, " + "y" * 2990])
def test_a_long_reason_is_cut_and_its_beginning_stays(kind: NoticeKind, why: str) -> None:
    notice = alert(a_notice(), kind=kind, reason=f"because: {why}", actor="kim" * 900)
    for message in (payload(notice, buttons=True), reply(notice)):
        check_message(message)
        assert "because" in str(message["blocks"])
    assert len(notice.reason) < 1000


@settings(max_examples=30)
@given(st.integers(2900, 3100), st.sampled_from(["&", "<", "x", "*"]))
def test_a_line_that_is_too_long_is_cut_between_two_characters(length: int, piece: str) -> None:
    notice = replace(a_notice(), confirmation=piece * length)
    check_message(payload(alert(notice), buttons=True))
