"""The notice as plain text, to any of some hundred services that the library Apprise knows."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import apprise
from apprise.plugins.pagerduty import NotifyPagerDuty, PagerDutyAction

from evals.condition import AlertSeverity
from evals.report.notice import NoticeKind
from evals.report.notice.links import linked
from evals.report.notice.text import text_body, text_title
from service.notify.faults import refused
from service.notify.transport import DeliveryError

if TYPE_CHECKING:
    from datetime import datetime

    from evals.report.notice import Notice
    from service.notify.transport import Receipt

# What the library logs may hold the URL, which is the secret. It is read here, and goes no further.
_log = logging.getLogger("apprise")
_log.setLevel(logging.WARNING)
_log.propagate = False
_log.addHandler(logging.NullHandler())

_STATUS: Final = re.compile(r"\berror=([1-5][0-9]{2})\b")
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
        now: datetime,
        earlier: Receipt | None = None,  # noqa: ARG002 - each message stands alone
    ) -> Receipt:
        """Send ``notice``; see `Transport`.

        Apprise says why a message failed in its log alone: an answer of HTTP is read there, and
        anything else may pass.
        """
        sender, said = self._sender(), list[str]()
        _follow_one_incident(sender[0], notice)
        shown = linked(notice, self.public_url)
        sent = sender.notify(
            body=text_body(shown) or text_title(shown),
            title=text_title(shown),
            notify_type=_loudness(notice),
            body_format=apprise.NotifyFormat.TEXT,
            log_callback=lambda entry, _: said.append(entry.message),
        )
        if not sent:
            raise _failure(said, now)
        return {}

    def _sender(self) -> apprise.Apprise:
        sender = apprise.Apprise()
        if not sender.add(self.url):
            raise DeliveryError(
                "Apprise does not understand the address of the channel",
                permanent=True,
                fix="Put a URL such as mailto://user:password@example.org into its url_env.",
            )
        if len(sender) > 1:
            raise DeliveryError(
                "the variable of the channel holds more than one URL: where one fails, all would "
                "hear the message again",
                permanent=True,
                fix="Make a channel of each, with a variable of its own.",
            )
        return sender


def _follow_one_incident(service: object, notice: Notice) -> None:
    """Have PagerDuty keep one incident an alert, which its end resolves.

    The moment of its opening keeps the alerts of two installations apart. A key in the URL wins.
    """
    if not isinstance(service, NotifyPagerDuty) or not notice.alert_id or service.dedup:
        return
    opened = "" if notice.opened_at is None else f"-{notice.opened_at:%Y%m%dT%H%M%S}"
    service.dedup = f"pinwatch-{notice.alert_id}{opened}"
    service.action = PagerDutyAction.MAP


def _loudness(notice: Notice) -> apprise.NotifyType:
    return apprise.NotifyType.SUCCESS if notice.kind in _WELL else _LOUDNESS[notice.severity]


def _failure(said: list[str], now: datetime) -> DeliveryError:
    """Return what the last answer that Apprise logged means; its words are not repeated."""
    codes = [int(found.group(1)) for found in map(_STATUS.search, said) if found]
    if codes:
        return refused(codes[-1], service="the service", retry_after=None, now=now)
    return DeliveryError("Apprise could not deliver the message", permanent=False)
