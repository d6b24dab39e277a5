"""A post over the wire: bounded in time as a whole, in what is read, and in where it goes."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from service.notify.slack_webhook import SlackWebhookTransport
from service.notify.transport import DeliveryError
from service.notify.webhook import WebhookTransport
from service.notify.wire import post
from tests.unit.notify.factories_notify import a_notice, alert
from tests.unit.report.factories_report import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MANY = 40
"""Pieces of an answer that takes four seconds; no test waits for the last."""


class Slow(BaseHTTPRequestHandler):
    """Answers as its path says, a piece at a time until the other side has gone."""

    stopped: Event
    asked: list[str]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        pass

    def do_GET(self) -> None:
        self.asked.append(f"GET {self.path}")
        self._answer(200, b"ok")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.asked.append(f"POST {self.path}")
        getattr(self, self.path.removeprefix("/"))()

    def portal(self) -> None:
        self._answer(200, b"<html>please log in</html>")

    def moved(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/portal")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def slow_body(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n")
        self._drip(b"x")

    def slow_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self._drip(b"X-More: x\r\n")
        self.wfile.write(b"\r\nok")

    def endless(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nok")
        self._drip(b"x" * 65_536, pause=0)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self, piece: bytes, *, pause: float = 0.1) -> None:
        for _ in range(MANY):
            if self.stopped.wait(pause):
                break
            try:
                self.wfile.write(piece)
            except OSError:
                break


@contextmanager
def slow_server() -> Iterator[tuple[str, list[str]]]:
    stopped, asked = Event(), list[str]()
    handler = type("Handler", (Slow,), {"stopped": stopped, "asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        serving.join()


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    with slow_server() as found:
        yield found


@pytest.fixture
def url(server: tuple[str, list[str]]) -> str:
    server[1].clear()
    return server[0]


@pytest.fixture
def asked(server: tuple[str, list[str]]) -> list[str]:
    return server[1]


def slack(url: str, **more: Any) -> SlackWebhookTransport:
    return SlackWebhookTransport(url=url, public_url=None, buttons=False, **more)


def webhook(url: str, **more: Any) -> WebhookTransport:
    return WebhookTransport(url=url, secret=None, public_url=None, **more)


@pytest.mark.parametrize("transport", [slack, webhook])
def test_no_redirect_is_followed(
    transport: Callable[[str], SlackWebhookTransport], url: str, asked: list[str]
) -> None:
    assert failure(transport(f"{url}/moved")).permanent
    assert asked == ["POST /moved"]


def test_a_page_that_is_not_slack_is_no_delivery(url: str) -> None:
    failed = failure(slack(f"{url}/portal"))
    assert not failed.permanent
    assert "ok" in failed.what


def test_a_body_that_never_ends_holds_up_no_delivery(url: str) -> None:
    for path in ("slow_body", "endless"):
        assert webhook(f"{url}/{path}").send(opened(), key="k", now=NOW) == {"status": 200}


@pytest.mark.parametrize("transport", [slack, webhook])
def test_the_whole_request_has_one_limit_not_each_of_its_reads(
    transport: Callable[..., SlackWebhookTransport], url: str
) -> None:
    failed = failure(transport(f"{url}/slow_head", limit_seconds=0.3))
    assert not failed.permanent
    assert "no answer within" in failed.what


def test_no_more_is_read_than_was_asked_for(url: str) -> None:
    assert post(f"{url}/endless", b"", {}, service="it", most=2).body == b"ok"


def test_the_address_stands_in_no_log(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    webhook(f"{url}/slow_body").send(opened(), key="k", now=NOW)
    assert "slow_body" not in caplog.text


def opened() -> Any:
    return alert(a_notice())


def failure(transport: SlackWebhookTransport | WebhookTransport) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        transport.send(opened(), key="k", now=NOW)
    return raised.value
