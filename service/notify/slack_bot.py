"""Slack by a bot: one message an alert, kept up to date; its story and chart in a thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import WebClient

from evals.report.chart_png import chart_png
from evals.report.notice import NoticeKind
from evals.report.notice.links import linked
from evals.report.notice.title import subject
from evals.report.slack import payload, reply
from service.notify.faults import TIMEOUT_SECONDS, refused, retry_after_seconds, unreachable
from service.notify.slack_errors import GONE, LAYOUT, SERVICE, named, of_error, silent_logger
from service.notify.transport import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from evals.channels import SlackBot
    from evals.report.notice import Notice
    from service.notify.transport import Receipt

_LOUD = (NoticeKind.STILL_OPEN, NoticeKind.RESOLVED)
"""Said in the thread and in the channel: nobody watches a thread."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackBotTransport:
    """Posts as a bot to one conversation."""

    token: str = field(repr=False)
    target: SlackBot
    public_url: str | None

    def send(
        self, notice: Notice, *, key: str, now: datetime, earlier: Receipt | None = None
    ) -> Receipt:
        """Send ``notice``; see `Transport`.

        With an earlier message that message is brought up to date first, which can be repeated at
        will, and then answered in its thread. Its chart is a picture in the thread; a picture that
        Slack does not take never holds up a message.
        """
        shown = linked(notice, self.public_url)
        session = _Session(client=self._client(), channel=self.target.channel, now=now)
        message = payload(shown, buttons=self.target.signing_secret_env is not None)
        first = None if earlier is None else earlier.get("ts")
        if first is not None and session.update(str(first), message):
            loud = shown.kind in _LOUD
            said = session.post(reply(shown), key=key, thread=str(first), loud=loud)
            return {"channel": self.target.channel, "ts": first, "reply": said["ts"]}
        sent = session.post(message, key=key)
        return {**sent, **self._with_chart(session, shown, sent)}

    def _with_chart(self, session: _Session, notice: Notice, sent: Receipt) -> dict[str, Any]:
        if not (self.target.chart and notice.chart):
            return {}
        return {"chart": session.picture(notice, thread=str(sent["ts"]))}

    def _client(self) -> WebClient:
        return WebClient(
            token=self.token,
            base_url=self.target.api_url,
            timeout=TIMEOUT_SECONDS,
            logger=silent_logger(),
            retry_handlers=[],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Session:
    """The calls of one attempt."""

    client: WebClient
    channel: str
    now: datetime

    def post(
        self, message: dict[str, Any], *, key: str, thread: str | None = None, loud: bool = False
    ) -> dict[str, Any]:
        """Post a message; where Slack refuses its layout, its text alone: no alert is lost so."""
        named_by = {"event_type": "pinwatch_notice", "event_payload": {"key": key}}
        where: dict[str, Any] = {"channel": self.channel, "metadata": named_by}
        if thread is not None:
            where |= {"thread_ts": thread, "reply_broadcast": loud}
        try:
            answer = self._call(lambda: self.client.chat_postMessage(**where, **message))
        except _RefusedError as refusal:
            if refusal.name not in LAYOUT:
                raise refusal.meaning from None
            bare = {name: value for name, value in message.items() if name != "blocks"}
            answer = self._told(lambda: self.client.chat_postMessage(**where, **bare))
            return {"channel": self.channel, "ts": answer["ts"], "plain": True}
        return {"channel": self.channel, "ts": answer["ts"]}

    def update(self, first: str, message: dict[str, Any]) -> bool:
        """Bring a message up to date; False when it is gone and another one is needed."""
        said: dict[str, Any] = {"blocks": message["blocks"], "text": message["text"]}
        try:
            self._call(lambda: self.client.chat_update(channel=self.channel, ts=first, **said))
        except _RefusedError as refusal:
            if refusal.name in LAYOUT:
                return True  # the old figures stay, and the reply says what is new
            if refusal.name in GONE:
                return False
            raise refusal.meaning from None
        return True

    def picture(self, notice: Notice, *, thread: str) -> str:
        """Send the chart into a thread; return what came of it."""
        day = f"{notice.at:%Y-%m-%d}"
        title = f"Scores: {subject(notice)}, {day}"
        png = chart_png(notice.chart, title=title)
        try:
            self._call(
                lambda: self.client.files_upload_v2(
                    file=png,
                    filename=f"scores-{day}.png",
                    title=title,
                    alt_txt=" ".join(row.sentence for row in notice.chart)[:1000],
                    channel=self.channel,
                    thread_ts=thread,
                )
            )
        except _RefusedError as refusal:
            return refusal.name
        except DeliveryError as error:
            return error.what
        return "sent"

    def _told(self, ask: Callable[[], Any]) -> Any:
        try:
            return self._call(ask)
        except _RefusedError as refusal:
            raise refusal.meaning from None

    def _call(self, ask: Callable[[], Any]) -> Any:
        """Ask Slack; "from None", for what the library's errors repeat is not ours to show."""
        try:
            return ask()
        except SlackApiError as error:
            raise _refusal(error, self.now) from None
        except (OSError, HTTPException, SlackClientError, ValueError) as error:
            raise unreachable(error, service=SERVICE) from None


class _RefusedError(Exception):
    """Slack answered with an error; ``meaning`` is what to raise of it."""

    def __init__(self, name: str, meaning: DeliveryError) -> None:
        super().__init__(name)
        self.name = name
        self.meaning = meaning


def _refusal(error: SlackApiError, now: datetime) -> _RefusedError:
    response = error.response
    headers = {str(name).lower(): value for name, value in dict(response.headers).items()}
    wait = headers.get("retry-after")
    data = response.data if isinstance(response.data, dict) else {}
    name = named(data.get("error"))
    if response.status_code != HTTPStatus.OK:
        return _RefusedError(
            name, refused(response.status_code, service=SERVICE, retry_after=wait, now=now)
        )
    return _RefusedError(
        name, of_error(name, retry_after_seconds=retry_after_seconds(wait, now=now))
    )
