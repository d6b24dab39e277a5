"""The notice as plain text, to any of some hundred services that the library Apprise knows."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import apprise

from evals.condition import AlertSeverity
from evals.report.notice import NoticeKind
from evals.report.notice.links import linked
from evals.report.notice.text import text_body, text_title
from service.notify.transport import DeliveryError

if TYPE_CHECKING:
    from datetime import datetime

    from evals.report.notice import Notice
    from service.notify.transport import Receipt

_WELL = (NoticeKind.RESOLVED, NoticeKind.TEST)
_LOUDNESS = {
    AlertSeverity.PAGE: apprise.NotifyType.FAILURE,
    AlertSeverity.WARNING: apprise.NotifyType.WARNING,
    AlertSeverity.INFO: apprise.NotifyType.INFO,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class AppriseTransport:
    """Sends to one Apprise URL."""

    url: str = field(repr=False)
    public_url: str | None

    def send(
        self,
        notice: Notice,
        *,
        key: str,  # noqa: ARG002 - Apprise hands on no key
        now: datetime,  # noqa: ARG002 - it signs nothing
        earlier: Receipt | None = None,  # noqa: ARG002 - each message stands alone
    ) -> Receipt:
        """Send ``notice``; see `Transport`. Apprise does not say why a message failed."""
        # What the library logs may hold the URL, which is the secret.
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        sender = apprise.Apprise()
        if not sender.add(self.url):
            raise DeliveryError(
                "Apprise does not understand the address of the channel",
                permanent=True,
                fix="Put a URL such as mailto://user:password@example.org into its url_env.",
            )
        shown = linked(notice, self.public_url)
        loudness = (
            apprise.NotifyType.SUCCESS if notice.kind in _WELL else _LOUDNESS[notice.severity]
        )
        sent = sender.notify(
            body=text_body(shown) or text_title(shown),
            title=text_title(shown),
            notify_type=loudness,
            body_format=apprise.NotifyFormat.TEXT,
        )
        if not sent:
            raise DeliveryError("Apprise could not deliver the message", permanent=False)
        return {}
