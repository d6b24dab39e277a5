"""Slack by an incoming webhook: messages are posted, and never seen again."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from evals.report.notice import NoticeKind
from evals.report.notice.links import linked
from evals.report.slack import payload, reply
from service.notify.faults import TIMEOUT_SECONDS, refused, unreachable
from service.notify.slack_errors import LAYOUT, SERVICE, named, of_error, silent_logger
from service.notify.transport import DeliveryError

if TYPE_CHECKING:
    from datetime import datetime

    from slack_sdk.webhook import WebhookResponse

    from evals.report.notice import Notice
    from service.notify.transport import Receipt

_SHORT = (NoticeKind.ACKNOWLEDGED, NoticeKind.SILENCED)
"""News of what people did: the channel has the figures already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackWebhookTransport:
    """Posts to one incoming webhook."""

    url: str = field(repr=False)
    public_url: str | None
    buttons: bool

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
        if answer.status_code == HTTPStatus.BAD_REQUEST and answer.body in LAYOUT:
            del message["blocks"]
            answer = self._post(message)
            _check(answer, now)
            return {"plain": True}
        _check(answer, now)
        return {}

    def _post(self, message: dict[str, Any]) -> WebhookResponse:
        if not self.url.startswith(("https://", "http://")):
            raise DeliveryError(
                "the address of the webhook is no URL",
                permanent=True,
                fix="Put https://hooks.slack.com/services/... into the channel's url_env.",
            )
        client = WebhookClient(
            self.url, timeout=TIMEOUT_SECONDS, logger=silent_logger(), retry_handlers=[]
        )
        try:
            return client.send_dict(message)
        except (OSError, HTTPException, SlackClientError, ValueError) as error:
            # "from None": the words of these errors repeat the address, which is the secret.
            raise unreachable(error, service=SERVICE) from None


def _check(answer: WebhookResponse, now: datetime) -> None:
    if answer.status_code == HTTPStatus.OK:
        return
    known = of_error(named(answer.body))
    if known.permanent:
        raise known
    headers = {name.lower(): value for name, value in answer.headers.items()}
    wait = headers.get("retry-after")
    raise refused(answer.status_code, service=SERVICE, retry_after=wait, now=now)
