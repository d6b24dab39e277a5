"""Slack by an incoming webhook: messages are posted, and never seen again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from evals.report.notice import NoticeKind
from evals.report.notice.links import linked
from evals.report.slack import payload, reply
from service.notify.faults import TIMEOUT_SECONDS, refused
from service.notify.slack_errors import LAYOUT, SERVICE, named, of_error
from service.notify.transport import DeliveryError
from service.notify.wire import post

if TYPE_CHECKING:
    from datetime import datetime

    from evals.report.notice import Notice
    from service.notify.transport import Receipt
    from service.notify.wire import Answer

_SHORT = (NoticeKind.ACKNOWLEDGED, NoticeKind.SILENCED)
"""News of what people did: the channel has the figures already."""

_TAKEN: Final = "ok"
_MOST_READ: Final = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackWebhookTransport:
    """Posts to one incoming webhook."""

    url: str = field(repr=False)
    public_url: str | None
    buttons: bool
    limit_seconds: float = TIMEOUT_SECONDS

    def send(
        self,
        notice: Notice,
        *,
        key: str,  # noqa: ARG002 - Slack drops no repetition by a key
        now: datetime,
        earlier: Receipt | None = None,  # noqa: ARG002 - it shows no message to follow
    ) -> Receipt:
        """Send ``notice``; see `Transport`."""
        shown = linked(notice, self.public_url, buttons=self.buttons)
        short = shown.kind in _SHORT
        message = reply(shown) if short else payload(shown, buttons=self.buttons)
        answer = self._post(message)
        if answer.status == HTTPStatus.BAD_REQUEST and _said(answer) in LAYOUT:
            del message["blocks"]
            answer = self._post(message)
            _check(answer, now)
            return {"plain": True}
        _check(answer, now)
        return {}

    def _post(self, message: dict[str, Any]) -> Answer:
        content = json.dumps(message, allow_nan=False).encode()
        headers = {"Content-Type": "application/json"}
        limit = self.limit_seconds
        return post(
            self.url, content, headers, service=SERVICE, most=_MOST_READ, limit_seconds=limit
        )


def _check(answer: Answer, now: datetime) -> None:
    """Raise unless Slack itself says that it took the message: a proxy answers 200, too."""
    said = _said(answer)
    if answer.status == HTTPStatus.OK and said == _TAKEN:
        return
    if answer.status == HTTPStatus.OK:
        raise DeliveryError(
            f"{SERVICE} answered {named(said)} where it says {_TAKEN}", permanent=False
        )
    known = of_error(named(said))
    if known.permanent:
        raise known
    raise refused(answer.status, service=SERVICE, retry_after=answer.retry_after, now=now)


def _said(answer: Answer) -> str:
    return answer.body.decode(errors="replace").strip()
