"""A Slack on loopback: it takes what Slack takes, refuses what it refuses, and remembers."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from evals.simulator.loopback import served
from tests.slack_rules import RulesBrokenError, check_message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

TOKEN = "xoxb-loopback-0000-secret-of-the-bot"  # noqa: S105 - of a server in this process
CHANNEL = "C0123456789"
HOOK = "/services/T000/B000/secret-of-the-hook"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the server says instead of doing what it is asked."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def error(name: str, **headers: str) -> Answer:
    """Slack's way of refusing a method."""
    return Answer(body=json.dumps({"ok": False, "error": name}), headers=headers)


@dataclass(kw_only=True)
class Slack:
    """What was sent, and what is answered next.

    ``messages`` are the posted ones by time stamp, as they stand after updates; ``calls`` is every
    call in its order, with its body; ``wrong`` is what broke a rule.
    """

    url: str = ""
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    archived: bool = False

    def forget(self) -> None:
        """Begin anew, at the same address."""
        for kept in (self.messages, self.calls, self.files, self.wrong, self.answers):
            kept.clear()
        self.archived = False

    def next_answers(self, method: str, *answers: Answer) -> None:
        """Answer the next calls of ``method`` (``hook`` for the webhook) so."""
        self.answers.setdefault(method, []).extend(answers)

    def of(self, method: str) -> list[dict[str, Any]]:
        return [body for name, body in self.calls if name == method]

    @property
    def channel_messages(self) -> list[dict[str, Any]]:
        """What stands in the channel itself, not in threads alone."""
        return [m for m in self.messages.values() if "thread_ts" not in m]

    async def hook(self, request: Request) -> Response:
        body = json.loads(await request.body())
        self.calls.append(("hook", body))
        if (told := self._told("hook")) is not None:
            return told
        problem = self._problem(body)
        if problem:
            return PlainTextResponse(problem, status_code=400)
        self._keep(body)
        return PlainTextResponse("ok")

    async def method(self, request: Request) -> Response:
        name = request.path_params["name"]
        body = await _body(request)
        self.calls.append((name, body))
        if (told := self._told(name)) is not None:
            return told
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _no("invalid_auth")
        handlers = {
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._uploaded,
        }
        return handlers[name](body)

    async def upload(self, request: Request) -> Response:
        self.files[request.path_params["id"]] = await request.body()
        return PlainTextResponse("OK")

    def _told(self, name: str) -> Response | None:
        waiting = self.answers.get(name)
        if not waiting:
            return None
        answer = waiting.pop(0)
        return Response(answer.body, status_code=answer.status, headers=answer.headers)

    def _problem(self, body: dict[str, Any]) -> str:
        try:
            check_message(body)
        except RulesBrokenError as broken:
            self.wrong.append(str(broken))
            return broken.name
        return ""

    def _keep(self, body: dict[str, Any]) -> str:
        ts = f"{1_767_592_800 + len(self.calls)}.000100"
        self.messages[ts] = body
        return ts

    def _where(self, body: dict[str, Any]) -> str:
        if body.get("channel", body.get("channel_id")) != CHANNEL:
            return "channel_not_found"
        return "is_archived" if self.archived else ""

    def _post(self, body: dict[str, Any]) -> Response:
        problem = self._where(body) or self._problem(body)
        if problem:
            return _no(problem)
        if body.get("thread_ts", "") not in ("", *self.messages):
            return _no("thread_not_found")
        return _yes(channel=CHANNEL, ts=self._keep(body))

    def _update(self, body: dict[str, Any]) -> Response:
        problem = self._where(body) or self._problem(body)
        if problem or body["ts"] not in self.messages:
            return _no(problem or "message_not_found")
        self.messages[body["ts"]] |= {"text": body["text"], "blocks": body["blocks"]}
        return _yes(channel=CHANNEL, ts=body["ts"])

    def _upload_url(self, body: dict[str, Any]) -> Response:
        return _yes(file_id="F1", upload_url=f"{self.url}/upload/F1", filename=body["filename"])

    def _uploaded(self, body: dict[str, Any]) -> Response:
        return _no(self._where(body)) if self._where(body) else _yes(files=[{"id": "F1"}])


@contextmanager
def slack_server() -> Iterator[Slack]:
    """Serve a Slack on loopback until the block ends."""
    slack = Slack()
    app = Starlette(
        routes=[
            Route(HOOK, slack.hook, methods=["POST"]),
            Route("/api/{name}", slack.method, methods=["POST"]),
            Route("/upload/{id}", slack.upload, methods=["POST"]),
        ]
    )
    with served(app) as url:
        slack.url = url
        yield slack


async def _body(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        found: dict[str, Any] = json.loads(await request.body())
        return found
    return dict(parse_qsl((await request.body()).decode()))


def _yes(**more: Any) -> Response:
    return JSONResponse({"ok": True, **more})


def _no(name: str) -> Response:
    return JSONResponse({"ok": False, "error": name})
