"""The calls of Slack's web API that one attempt at a message makes, and what their errors mean."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError, SlackClientError

from evals.report.chart_png import chart_png
from evals.report.notice.title import subject
from service.notify.faults import refused, retry_after_seconds, unreachable
from service.notify.slack_errors import GONE, LAYOUT, SERVICE, named, of_error
from service.notify.transport import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from slack_sdk.web import WebClient

    from evals.report.notice import Notice


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """The calls of one attempt."""

    client: WebClient
    channel: str
    now: datetime

    def answer(
        self, message: dict[str, Any], *, key: str, thread: str, loud: bool
    ) -> dict[str, Any] | None:
        """Answer in a thread; None when it is gone and a message of its own is needed."""
        try:
            return self._post(message, key, {"thread_ts": thread, "reply_broadcast": loud})
        except RefusedError as refusal:
            if refusal.name in GONE:
                return None
            raise refusal.meaning from None

    def post(self, message: dict[str, Any], *, key: str) -> dict[str, Any]:
        """Post a message."""
        try:
            return self._post(message, key, {})
        except RefusedError as refusal:
            raise refusal.meaning from None

    def _post(self, message: dict[str, Any], key: str, thread: dict[str, Any]) -> dict[str, Any]:
        """Post; where Slack refuses the layout, the text alone: no alert is lost by a layout."""
        named_by = {"event_type": "pinwatch_notice", "event_payload": {"key": key}}
        where: dict[str, Any] = {"channel": self.channel, "metadata": named_by, **thread}
        try:
            answer = self._call(lambda: self.client.chat_postMessage(**where, **message))
        except RefusedError as refusal:
            if refusal.name not in LAYOUT:
                raise
            bare = {name: value for name, value in message.items() if name != "blocks"}
            answer = self._call(lambda: self.client.chat_postMessage(**where, **bare))
            return {"channel": self.channel, "ts": answer["ts"], "plain": True}
        return {"channel": self.channel, "ts": answer["ts"]}

    def update(self, first: str, message: dict[str, Any]) -> bool:
        """Bring a message up to date; False when it is gone and another one is needed."""
        said: dict[str, Any] = {"blocks": message["blocks"], "text": message["text"]}
        try:
            self._call(lambda: self.client.chat_update(channel=self.channel, ts=first, **said))
        except RefusedError as refusal:
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
        except RefusedError as refusal:
            return refusal.name
        except DeliveryError as error:
            return error.what
        return "sent"

    def _call(self, ask: Callable[[], Any]) -> Any:
        """Ask Slack; "from None", for what the library's errors repeat is not ours to show."""
        try:
            return ask()
        except SlackApiError as error:
            raise _refusal(error, self.now) from None
        except (OSError, HTTPException, SlackClientError, ValueError) as error:
            raise unreachable(error, service=SERVICE) from None


class RefusedError(Exception):
    """Slack answered with an error; ``meaning`` is what to raise of it."""

    def __init__(self, name: str, meaning: DeliveryError) -> None:
        super().__init__(name)
        self.name = name
        self.meaning = meaning


def _refusal(error: SlackApiError, now: datetime) -> RefusedError:
    response = error.response
    headers = {str(name).lower(): value for name, value in dict(response.headers).items()}
    wait = headers.get("retry-after")
    data = response.data if isinstance(response.data, dict) else {}
    name = named(data.get("error"))
    if response.status_code != HTTPStatus.OK:
        return RefusedError(
            name, refused(response.status_code, service=SERVICE, retry_after=wait, now=now)
        )
    return RefusedError(
        name, of_error(name, retry_after_seconds=retry_after_seconds(wait, now=now))
    )
