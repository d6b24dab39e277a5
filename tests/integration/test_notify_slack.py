"""Slack over the wire, against a Slack on loopback that keeps Slack's rules."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from evals.channels import Channel, SlackBot
from evals.report.notice import NoticeKind
from service.notify.channels import transport_of
from service.notify.slack_bot import SlackBotTransport
from service.notify.slack_errors import LAYOUT
from service.notify.slack_webhook import SlackWebhookTransport
from service.notify.transport import DeliveryError
from tests.slack_server import CHANNEL, HOOK, TOKEN, Answer, Slack, error, slack_server
from tests.unit.notify.factories_notify import NOTICES, a_notice, alert
from tests.unit.report.factories_report import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = "https://pinwatch.example.org"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(scope="module")
def server() -> Iterator[Slack]:
    with slack_server() as slack:
        yield slack


@pytest.fixture
def slack(server: Slack) -> Slack:
    server.forget()
    return server


def a_bot(slack: Slack, **overrides: Any) -> SlackBotTransport:
    target = {"token_env": "BOT", "channel": CHANNEL, "signing_secret_env": "SIGNING"}
    values: dict[str, Any] = target | {"api_url": f"{slack.url}/api"}
    token = overrides.pop("token", TOKEN)
    return SlackBotTransport(
        token=token, target=SlackBot(**(values | overrides)), public_url=SERVER
    )


def a_hook(slack: Slack, url: str = "") -> SlackWebhookTransport:
    return SlackWebhookTransport(url=url or slack.url + HOOK, public_url=SERVER, buttons=True)


def opened() -> Any:
    return alert(a_notice())


def followed(kind: NoticeKind, **overrides: Any) -> Any:
    return alert(a_notice(), kind=kind, at=LATER, reason="so", **overrides)


@pytest.mark.parametrize("name", NOTICES)
def test_slack_takes_every_message_of_a_bot_and_of_a_webhook(slack: Slack, name: str) -> None:
    a_bot(slack, chart=False).send(NOTICES[name](), key="k", now=NOW)
    a_hook(slack).send(NOTICES[name](), key="k", now=NOW)
    assert len(slack.messages) == 2
    assert slack.wrong == []


def test_a_follow_up_brings_the_message_up_to_date_and_answers_in_its_thread(slack: Slack) -> None:
    bot = a_bot(slack, chart=False)
    first = bot.send(opened(), key="1", now=NOW)
    second = bot.send(
        followed(NoticeKind.ACKNOWLEDGED, actor="ann"), key="2", now=LATER, earlier=first
    )
    assert "acknowledged" in slack.messages[first["ts"]]["blocks"][0]["text"]["text"]
    (reply,) = (m for m in slack.messages.values() if m.get("thread_ts") == first["ts"])
    assert "Acknowledged by ann: so" in reply["blocks"][1]["text"]["text"]
    assert len(slack.channel_messages) == 1
    assert second["ts"] == first["ts"]


def test_what_must_be_seen_is_said_in_the_channel_too(slack: Slack) -> None:
    bot = a_bot(slack, chart=False)
    first = bot.send(opened(), key="1", now=NOW)
    quiet = (NoticeKind.ACKNOWLEDGED, NoticeKind.SILENCED)
    loud = (NoticeKind.OPENED, NoticeKind.STILL_OPEN, NoticeKind.RESOLVED)
    for kind in (*quiet, *loud):
        bot.send(followed(kind), key=kind.value, now=LATER, earlier=first)
    replies = [m["reply_broadcast"] for m in slack.messages.values() if "thread_ts" in m]
    assert replies == [False, False, True, True, True]


def test_a_message_that_is_gone_is_posted_anew(slack: Slack) -> None:
    bot = a_bot(slack, chart=False)
    first = bot.send(opened(), key="1", now=NOW)
    del slack.messages[first["ts"]]
    second = bot.send(followed(NoticeKind.RESOLVED), key="2", now=LATER, earlier=first)
    assert second["ts"] in slack.messages
    assert "thread_ts" not in slack.messages[second["ts"]]


def test_an_alert_that_was_told_with_another_answers_and_changes_nothing(slack: Slack) -> None:
    bot = a_bot(slack, chart=False)
    first = bot.send(opened(), key="1", now=NOW)
    other = replace(followed(NoticeKind.RESOLVED), alert_id="18")
    second = bot.send(other, key="2", now=LATER, earlier=first)
    assert "REGRESSED" in slack.messages[first["ts"]]["text"]
    assert slack.messages[second["reply"]]["thread_ts"] == first["ts"]
    slack.messages.clear()
    third = bot.send(other, key="3", now=LATER, earlier=second)
    assert "thread_ts" not in slack.messages[third["ts"]]


def test_the_chart_is_a_picture_in_the_thread(slack: Slack) -> None:
    receipt = a_bot(slack).send(opened(), key="1", now=NOW)
    assert receipt["chart"] == "sent"
    (completed,) = slack.of("files.completeUploadExternal")
    assert (completed["thread_ts"], completed["channel_id"]) == (receipt["ts"], CHANNEL)
    assert b"\x89PNG" in slack.files["F1"][:200]
    (asked,) = slack.of("files.getUploadURLExternal")
    assert "support-faq: 84.0 %" in asked["alt_txt"]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize("answer", [error("missing_scope"), Answer(status=503, body="busy")])
def test_a_picture_that_is_refused_holds_up_no_message(
    slack: Slack, method: str, answer: Answer
) -> None:
    slack.next_answers(method, answer)
    receipt = a_bot(slack).send(opened(), key="1", now=NOW)
    assert receipt["ts"] in slack.messages
    assert receipt["chart"] in ("missing_scope", "an unknown error")


def test_a_picture_that_cannot_be_drawn_holds_up_no_message(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_a_font(*_: object, **__: object) -> bytes:
        raise LookupError

    monkeypatch.setattr("service.notify.slack_session.chart_png", without_a_font)
    receipt = a_bot(slack).send(opened(), key="1", now=NOW)
    assert receipt["chart"] == "LookupError"
    assert len(slack.of("chat.postMessage")) == 1


def test_a_layout_that_slack_refuses_goes_out_as_text(slack: Slack) -> None:
    slack.next_answers("chat.postMessage", error("invalid_blocks"))
    receipt = a_bot(slack, chart=False).send(opened(), key="1", now=NOW)
    assert receipt["plain"] is True
    assert "REGRESSED" in slack.messages[receipt["ts"]]["text"]
    slack.next_answers("hook", Answer(status=400, body="invalid_blocks"))
    assert a_hook(slack).send(opened(), key="1", now=NOW) == {"plain": True}


@pytest.mark.parametrize("name", sorted(LAYOUT))
def test_a_text_that_is_refused_as_its_layout_was_is_not_tried_for_ever(
    slack: Slack, name: str
) -> None:
    slack.next_answers("chat.postMessage", error(name), error(name))
    assert failure(a_bot(slack, chart=False), opened()).permanent
    slack.next_answers("hook", *[Answer(status=400, body=name)] * 2)
    assert failure(a_hook(slack), opened()).permanent


@pytest.mark.parametrize(
    "name",
    [
        *("invalid_auth", "channel_not_found", "not_in_channel", "is_archived", "token_revoked"),
        *("msg_too_long", "access_denied", "team_not_found", "channel_type_not_supported"),
        *("metadata_too_large", "user_is_restricted", "invalid_form_data"),
    ],
)
def test_what_only_a_person_can_mend_is_permanent_and_says_how(slack: Slack, name: str) -> None:
    slack.next_answers("chat.postMessage", error(name))
    failed = failure(a_bot(slack), opened())
    assert failed.permanent
    assert name in failed.what
    assert failed.fix


@pytest.mark.parametrize(
    "name",
    [
        *("internal_error", "fatal_error", "something_new", "ratelimited", "service_unavailable"),
        *("message_limit_exceeded", "team_added_to_org", "request_timeout"),
    ],
)
def test_what_slack_may_get_over_is_passing(slack: Slack, name: str) -> None:
    slack.next_answers("chat.postMessage", error(name))
    assert not failure(a_bot(slack), opened()).permanent


@pytest.mark.parametrize("method", ["chat.postMessage", "hook"])
@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (Answer(status=429, body="{}", headers={"Retry-After": "37"}), 37.0),
        (Answer(status=503, body="<html>busy</html>", headers={"Retry-After": "5"}), 5.0),
        (Answer(status=500, body="rollup_error"), None),
    ],
)
def test_a_busy_slack_is_left_alone_as_long_as_it_asks(
    slack: Slack, method: str, answer: Answer, wait: float | None
) -> None:
    slack.next_answers(method, answer)
    failed = failure(a_bot(slack) if method != "hook" else a_hook(slack), opened())
    assert not failed.permanent
    assert failed.retry_after_seconds == wait
    assert len(slack.calls) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, "no_service"),
        (403, "action_prohibited"),
        (410, "channel_is_archived"),
        (404, "<html>"),
    ],
)
def test_a_webhook_that_is_gone_is_permanent(slack: Slack, status: int, body: str) -> None:
    slack.next_answers("hook", Answer(status=status, body=body))
    assert failure(a_hook(slack), opened()).permanent


def test_a_wrong_token_is_refused_by_the_server_itself(slack: Slack) -> None:
    failed = failure(a_bot(slack, token="xoxb-wrong"), opened())  # noqa: S106 - of a test
    assert failed.permanent
    assert "invalid_auth" in failed.what


def test_no_error_and_no_log_shows_a_secret(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gone = "http://127.0.0.1:9"
    slack.next_answers("chat.postMessage", error(TOKEN), error("invalid_auth"))
    slack.next_answers("hook", Answer(status=500, body=HOOK), Answer(status=404, body=HOOK))
    failures = [
        failure(a_bot(slack), opened()),
        failure(a_bot(slack), opened()),
        failure(a_bot(slack, api_url=f"{gone}/{TOKEN}"), opened()),
        failure(a_hook(slack), opened()),
        failure(a_hook(slack), opened()),
        failure(a_hook(slack, gone + HOOK), opened()),
        failure(a_hook(slack, "secret-of-the-hook"), opened()),
        failure(a_hook(slack, "http://[secret-of-the-hook"), opened()),
    ]
    a_bot(slack).send(opened(), key="1", now=NOW)
    a_hook(slack).send(opened(), key="1", now=NOW)
    told = [caplog.text]
    for failed in failures:
        told += [
            str(failed),
            repr(failed),
            repr(failed.__cause__),
            *getattr(failed, "__notes__", ()),
        ]
        assert failed.__suppress_context__ or failed.__context__ is None
    told += [repr(a_bot(slack)), repr(a_hook(slack))]
    assert not [one for one in told if "secret-of-the" in one]


def test_the_key_travels_with_the_message(slack: Slack) -> None:
    a_bot(slack, chart=False).send(opened(), key="alert-17-oncall", now=NOW)
    (sent,) = slack.of("chat.postMessage")
    assert sent["metadata"]["event_payload"] == {"key": "alert-17-oncall"}


def test_a_channel_finds_its_transport_and_names_the_variable_that_is_missing() -> None:
    bot = Channel(slack_bot=SlackBot(token_env="BOT", channel=CHANNEL))  # noqa: S106 - a name
    found = transport_of(bot, secret={"BOT": TOKEN}.get, public_url=None)
    assert isinstance(found, SlackBotTransport)
    with pytest.raises(DeliveryError, match="BOT") as missing:
        transport_of(bot, secret=lambda _: None, public_url=None)
    assert missing.value.permanent


def failure(transport: SlackBotTransport | SlackWebhookTransport, notice: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        transport.send(replace(notice), key="k", now=NOW)
    return raised.value
