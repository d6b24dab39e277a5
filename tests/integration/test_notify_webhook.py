"""The generic webhook and Apprise, over the wire."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from apprise.plugins.pagerduty import PAGERDUTY_API_LOOKUP
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from evals.channels import Apprise, Channel, Webhook
from evals.report.notice import NoticeKind, from_document
from evals.simulator.loopback import served
from service.notify.apprise import AppriseTransport
from service.notify.channels import transport_of
from service.notify.transport import DeliveryError
from service.notify.webhook import WebhookTransport
from tests.unit.notify.factories_notify import NOTICES, a_notice, alert
from tests.unit.report.factories_report import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

# Apprise looks for modules that Python 3.13 has no more.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated and slated for removal")

SECRET = "secret-of-the-webhook"  # noqa: S105 - of a test
SERVER = "https://pinwatch.example.org"


@dataclass(kw_only=True)
class Receiver:
    """Takes what is posted, and answers as it is told."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.requests.append((dict(request.headers), await request.body()))
        return Response("", status_code=self.status, headers=self.headers)


@pytest.fixture(scope="module")
def server() -> Iterator[Receiver]:
    found = Receiver()
    app = Starlette(routes=[Route("/{path:path}", found.take, methods=["POST"])])
    with served(app) as url:
        found.url = url
        yield found


@pytest.fixture
def receiver(server: Receiver) -> Receiver:
    server.status, server.headers = 200, {}
    server.requests.clear()
    return server


def a_webhook(receiver: Receiver, **overrides: Any) -> WebhookTransport:
    values = {"url": f"{receiver.url}/hook", "secret": SECRET, "public_url": SERVER}
    return WebhookTransport(**(values | overrides))


def opened() -> Any:
    return alert(a_notice())


def test_a_receiver_can_tell_who_sent_it_when_and_whether_it_came_before(
    receiver: Receiver,
) -> None:
    assert a_webhook(receiver).send(opened(), key="alert-17", now=NOW) == {"status": 200}
    ((headers, body),) = receiver.requests
    stamp = headers["pinwatch-timestamp"]
    expected = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["pinwatch-signature"] == f"v1={expected}"
    assert int(stamp) == NOW.timestamp()
    assert headers["idempotency-key"] == "alert-17"
    assert headers["content-type"] == "application/json"


def test_the_body_is_the_notice_for_machines_and_for_people(receiver: Receiver) -> None:
    a_webhook(receiver).send(opened(), key="alert-17", now=NOW)
    document = json.loads(receiver.requests[0][1])
    notice = from_document(document["notice"])
    assert (notice.alert_id, notice.series[0].change) == ("17", -0.0832)
    assert notice.links[0].url == f"{SERVER}/api/v1/runs/r-0105/report?form=html"
    assert document["title"].startswith("\u2717 REGRESSED")
    assert "84.0 %" in document["text"]


def test_without_a_secret_nothing_is_signed(receiver: Receiver) -> None:
    a_webhook(receiver, secret=None).send(opened(), key="k", now=NOW)
    assert "pinwatch-signature" not in receiver.requests[0][0]


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 422])
def test_what_a_receiver_will_never_take_is_permanent(receiver: Receiver, status: int) -> None:
    receiver.status = status
    receiver.headers = {"Location": f"{receiver.url}/elsewhere"}
    assert failure(a_webhook(receiver)).permanent
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 520])
def test_what_a_receiver_may_take_later_is_passing(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"Retry-After": "12"}
    failed = failure(a_webhook(receiver))
    assert (failed.permanent, failed.retry_after_seconds) == (False, 12.0)


def test_no_error_shows_the_address_or_the_secret(receiver: Receiver) -> None:
    urls = ("http://127.0.0.1:9/secret-of-the-path", "secret-of-the-path", "ftp://secret-of-the/x")
    for url in urls:
        transport = a_webhook(receiver, url=url)
        failed = failure(transport)
        assert failed.permanent == (not url.startswith("http"))
        assert failed.__suppress_context__
        assert "secret-of-the" not in f"{failed}{failed!r}{transport!r}"


@pytest.mark.parametrize("name", ["quiet_week", "hostile"])
def test_apprise_carries_title_and_text(receiver: Receiver, name: str) -> None:
    url = receiver.url.replace("http://", "json://")
    AppriseTransport(url=url, public_url=SERVER).send(NOTICES[name](), key="k", now=NOW)
    document = json.loads(receiver.requests[0][1])
    assert document["title"]
    assert document["message"]
    assert "@everyone" not in f"{document}"


def test_apprise_tells_whether_it_arrived_and_shows_no_address(receiver: Receiver) -> None:
    receiver.status = 500
    secret = "secret-of-the-user"  # noqa: S105 - of a test
    url = receiver.url.replace("http://", f"json://user:{secret}@")
    passing = failure(AppriseTransport(url=url, public_url=None))
    unknown = failure(AppriseTransport(url=f"nothing://{secret}", public_url=None))
    assert (passing.permanent, unknown.permanent) == (False, True)
    assert secret not in f"{passing}{unknown}{AppriseTransport(url=url, public_url=None)!r}"


@pytest.mark.parametrize(
    ("status", "permanent"), [(401, True), (404, True), (429, False), (503, False)]
)
def test_an_answer_that_apprise_got_says_whether_it_may_pass(
    receiver: Receiver, status: int, permanent: bool
) -> None:
    receiver.status = status
    url = receiver.url.replace("http://", "json://")
    assert failure(AppriseTransport(url=url, public_url=None)).permanent == permanent


def test_two_urls_in_one_variable_are_refused_before_one_hears_anything(
    receiver: Receiver,
) -> None:
    url = receiver.url.replace("http://", "json://")
    failed = failure(AppriseTransport(url=f"{url}/one {url}/two", public_url=None))
    assert failed.permanent
    assert receiver.requests == []


def test_pagerduty_keeps_one_incident_an_alert_and_its_end_resolves_it(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PAGERDUTY_API_LOOKUP, "us", receiver.url)
    pager = AppriseTransport(url=f"pagerduty://{'a' * 32}@{'b' * 20}", public_url=None)
    ended = alert(a_notice(), kind=NoticeKind.RESOLVED, at=NOW + timedelta(days=2), reason="so")
    for notice in (opened(), ended, replace(ended, alert_id="18"), NOTICES["test"]()):
        pager.send(notice, key="k", now=NOW)
    events = [json.loads(body) for _, body in receiver.requests]
    assert [event["event_action"] for event in events] == [
        *("trigger", "resolve", "resolve", "trigger")
    ]
    first, second, other, test = (event.get("dedup_key") for event in events)
    assert first == second == "pinwatch-17-20260105T060000"
    assert other != first
    assert test is None


def test_each_channel_finds_its_transport() -> None:
    hook = Channel(webhook=Webhook(url_env="URL", secret_env="SIGN"))  # noqa: S106 - names
    plain = Channel(webhook=Webhook(url="https://example.org/hook"))
    other = Channel(apprise=Apprise(url_env="URL"))
    known = {"URL": "json://localhost", "SIGN": SECRET}.get
    kinds = [type(transport_of(one, secret=known, public_url=None)) for one in (hook, plain, other)]
    assert kinds == [WebhookTransport, WebhookTransport, AppriseTransport]
    with pytest.raises(DeliveryError, match="SIGN"):
        transport_of(hook, secret={"URL": "x"}.get, public_url=None)


def failure(transport: WebhookTransport | AppriseTransport) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        transport.send(opened(), key="k", now=NOW)
    return raised.value
