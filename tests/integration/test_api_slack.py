"""What is pressed in Slack: taken once, if Slack signed it just now, and never else."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from evals.condition import AlertSeverity, ConditionKind
from evals.report.slack import ACKNOWLEDGE, SILENCE
from service.alerting.alert import State
from service.alerting.condition import Condition
from service.alerting.observation import Observation
from service.alerting.routing import Routing
from service.api.slack import _payload, _presses
from service.db.session import reading
from service.errors import RequestRefused, StoreUnavailable
from service.settings import Settings
from service.stages import alert as stage
from service.store import alerts
from tests.databases import opened
from tests.integration.api_factories import CONFIG, Api, WrittenConfiguration, an_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

SECRET = "the-signing-secret-of-the-app"  # noqa: S105 - of a test
PATH = "/api/v1/slack/actions"
ALERTS = """
alerts:
  channels:
    oncall:
      slack_bot: {token_env: BOT, channel: C0123456789, signing_secret_env: SIGNING}
    other:
      slack_webhook: {url_env: HOOK, signing_secret_env: NOT_SET}
"""


def made(engine: Engine, folder: Path) -> Api:
    api = an_api(engine, folder, configuration=WrittenConfiguration(CONFIG + ALERTS))
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(folder), "SIGNING": SECRET})
    world = replace(api.world, keeper=replace(api.world.keeper, settings=settings))
    return Api(engine=engine, world=world, clock=api.clock, queue=api.queue)


@pytest.fixture
def api(sqlite_url: str, tmp_path: Path) -> Iterator[Api]:
    with opened(sqlite_url) as engine:
        yield made(engine, tmp_path)


def an_alert(api: Api) -> int:
    seen = Observation(
        condition=Condition(kind=ConditionKind.PIN_BROKEN, endpoint="prod", suite="sums"),
        breached=True,
        reason="another model answers",
        source="r-1",
        at=api.clock(),
        severity=AlertSeverity.PAGE,
    )
    (moved,) = stage.observe(api.engine, [seen], Routing(), api.clock())
    return moved.transition.after.id


def a_press(alert_id: object, action: str = ACKNOWLEDGE, **overrides: Any) -> bytes:
    payload = {
        "type": "block_actions",
        "user": {"id": "U1", "username": "ann"},
        "actions": [{"type": "button", "action_id": action, "value": str(alert_id)}],
        **overrides,
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def headers(api: Api, body: bytes, *, age: float = 0, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(api.clock().timestamp() - age))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature or "",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def press(api: Api, body: bytes, **signing: Any) -> Any:
    with api.client() as client:
        return client.post(PATH, content=body, headers=headers(api, body, **signing))


def state_of(api: Api, alert_id: int) -> tuple[State, str]:
    with reading(api.engine) as session:
        return alerts.get(session, alert_id).state, alerts.history(session, alert_id)[-1].actor


def test_a_signed_press_acknowledges_and_says_who_did_it(database: Engine, tmp_path: Path) -> None:
    api = made(database, tmp_path)
    alert_id = an_alert(api)
    assert press(api, a_press(alert_id)).status_code == 200
    assert state_of(api, alert_id) == (State.ACKNOWLEDGED, "ann (Slack)")


def test_a_signed_press_silences_for_a_day(api: Api) -> None:
    alert_id = an_alert(api)
    assert press(api, a_press(alert_id, SILENCE)).status_code == 200
    with reading(api.engine) as session:
        alert = alerts.get(session, alert_id)
    assert alert.state is State.SILENCED
    assert alert.silenced_until is not None
    assert (alert.silenced_until - api.clock()).total_seconds() == 24 * 3600


def test_the_same_request_is_taken_once(database: Engine, tmp_path: Path) -> None:
    api = made(database, tmp_path)
    body = a_press(an_alert(api), SILENCE)
    sent = headers(api, body)
    with api.client() as client:
        first = client.post(PATH, content=body, headers=sent)
        api.clock.pass_by(minutes=4)
        again = client.post(PATH, content=body, headers=sent)
    assert (first.status_code, again.status_code) == (200, 403)
    assert "taken before" in again.json()["what"]


def test_a_request_whose_order_failed_may_come_again(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = made(database, tmp_path)
    alert_id = an_alert(api)
    body = a_press(alert_id)
    sent = headers(api, body)

    def away(*_: object) -> None:
        raise StoreUnavailable("the database does not answer")

    with monkeypatch.context() as broken, api.client() as client:
        broken.setattr("service.api.slack.change_in", away)
        assert client.post(PATH, content=body, headers=sent).status_code >= 500
    with api.client() as client:
        assert client.post(PATH, content=body, headers=sent).status_code == 200
    assert state_of(api, alert_id)[0] is State.ACKNOWLEDGED


@pytest.mark.parametrize("age", [301, -301, 86_400])
def test_a_request_that_is_too_old_or_too_new_is_refused(api: Api, age: float) -> None:
    alert_id = an_alert(api)
    assert press(api, a_press(alert_id), age=age).status_code == 403
    assert state_of(api, alert_id)[0] is State.OPEN


def test_a_request_of_somebody_else_is_refused(api: Api) -> None:
    alert_id = an_alert(api)
    assert press(api, a_press(alert_id), secret="another-secret").status_code == 403  # noqa: S106 - of a test
    body = a_press(alert_id)
    changed = a_press(alert_id, SILENCE)
    with api.client() as client:
        assert client.post(PATH, content=changed, headers=headers(api, body)).status_code == 403
        assert client.post(PATH, content=body).status_code == 403
    assert state_of(api, alert_id)[0] is State.OPEN


@pytest.mark.parametrize(
    "stamp", [b"", b"now", b"nan", b"1e9", b"-5", b"9" * 400, "\u0661".encode()]
)
def test_a_time_stamp_that_is_no_number_is_refused(api: Api, stamp: bytes) -> None:
    body = a_press(1)
    sent: dict[str, Any] = {**headers(api, body), "X-Slack-Request-Timestamp": stamp}
    with api.client() as client:
        assert client.post(PATH, content=body, headers=sent).status_code == 403


def test_a_body_that_is_no_text_is_refused(api: Api) -> None:
    with api.client() as client:
        sent = headers(api, b"payload=")
        assert client.post(PATH, content=b"payload=\xff", headers=sent).status_code == 403


def test_a_token_of_the_api_opens_nothing_here(api: Api) -> None:
    with api.admin() as client:
        assert client.post(PATH, content=a_press(1)).status_code == 403


def test_an_app_that_is_not_configured_opens_nothing(api: Api) -> None:
    assert isinstance(api.world.configuration, WrittenConfiguration)
    api.world.configuration.text = CONFIG
    assert press(api, a_press(1)).status_code == 403


def test_links_and_alerts_that_are_over_are_answered_and_change_nothing(api: Api) -> None:
    alert_id = an_alert(api)
    for body in (
        a_press(alert_id, "pinwatch_link_0"),
        a_press("999"),
        a_press("17 OR 1=1"),
        a_press(alert_id, actions=None),
        a_press(alert_id, actions=["x", 3]),
    ):
        assert press(api, body).status_code == 200
        api.clock.pass_by(seconds=1)
    assert state_of(api, alert_id)[0] is State.OPEN


def test_what_is_signed_and_makes_no_sense_is_refused(api: Api) -> None:
    for body in (b"", b"payload=", b"payload=[1]", b"payload=" + b"[" * 90_000):
        assert press(api, body).status_code == 400


def test_a_name_cannot_say_more_than_a_name(api: Api) -> None:
    alert_id = an_alert(api)
    name = "ann\n\x1b[31m" + "x" * 500
    assert press(api, a_press(alert_id, user={"username": name})).status_code == 200
    actor = state_of(api, alert_id)[1]
    assert "\n" not in actor
    assert len(actor) <= 60


@given(st.binary(max_size=200))
def test_no_body_breaks_the_reading(body: bytes) -> None:
    with suppress(RequestRefused):
        list(_presses(_payload(b"payload=" + body)))
