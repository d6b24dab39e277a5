"""Slack by a bot: one message an alert, kept up to date; its story and chart in a thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slack_sdk.web import WebClient

from evals.report.notice import NoticeKind
from evals.report.notice.links import linked
from evals.report.slack import payload, reply
from service.notify.faults import TIMEOUT_SECONDS
from service.notify.slack_errors import silent_logger
from service.notify.slack_session import Session

if TYPE_CHECKING:
    from datetime import datetime

    from evals.channels import SlackBot
    from evals.report.notice import Notice
    from service.notify.transport import Receipt

_LOUD = (NoticeKind.OPENED, NoticeKind.STILL_OPEN, NoticeKind.RESOLVED)
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
        will, and then answered in its thread. A message that tells of several alerts belongs to its
        first: the others only answer. The chart is a picture in the thread; one that Slack does not
        take never holds up a message.
        """
        buttons = self.target.signing_secret_env is not None
        shown = linked(notice, self.public_url, buttons=buttons)
        session = Session(client=self._client(), channel=self.target.channel, now=now)
        message = payload(shown, buttons=buttons)
        first = _Thread.of(earlier)
        if first is not None and (
            first.alert_id != shown.alert_id or session.update(first.ts, message)
        ):
            said = session.answer(reply(shown), key=key, thread=first.ts, loud=shown.kind in _LOUD)
            if said is not None:
                return first.receipt(self.target.channel, said)
        sent = session.post(message, key=key)
        return {**sent, "alert": shown.alert_id, **self._with_chart(session, shown, sent)}

    def _with_chart(self, session: Session, notice: Notice, sent: Receipt) -> dict[str, Any]:
        if not (self.target.chart and notice.chart):
            return {}
        try:
            return {"chart": session.picture(notice, thread=str(sent["ts"]))}
        except Exception as error:  # noqa: BLE001 - the message stands: failing now would repeat it
            return {"chart": type(error).__name__}

    def _client(self) -> WebClient:
        return WebClient(
            token=self.token,
            base_url=self.target.api_url,
            timeout=TIMEOUT_SECONDS,
            logger=silent_logger(),
            retry_handlers=[],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Thread:
    """The message that an alert is told in, and the alert that it belongs to."""

    ts: str
    alert_id: str

    @classmethod
    def of(cls, earlier: Receipt | None) -> _Thread | None:
        if earlier is None or "ts" not in earlier:
            return None
        return cls(ts=str(earlier["ts"]), alert_id=str(earlier.get("alert", "")))

    def receipt(self, channel: str, said: Receipt) -> Receipt:
        """Return the receipt of an answer: what follows goes to the same message again."""
        return {"channel": channel, "ts": self.ts, "alert": self.alert_id, "reply": said["ts"]}
