"""A generic webhook: the notice as JSON, signed, with a key by which a repetition is known."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from evals.report.notice import to_document
from evals.report.notice.links import linked
from evals.report.notice.text import text_body, text_title
from evals.versions import code_version
from service.notify.faults import TIMEOUT_SECONDS, refused
from service.notify.wire import post

if TYPE_CHECKING:
    from datetime import datetime

    from evals.report.notice import Notice
    from service.notify.transport import Receipt

KEY_HEADER: Final = "Idempotency-Key"
TIME_HEADER: Final = "Pinwatch-Timestamp"
SIGNATURE_HEADER: Final = "Pinwatch-Signature"
SERVICE: Final = "the webhook"


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookTransport:
    """Posts to one address. Of the answer only its status counts, and no more of it is read."""

    url: str = field(repr=False)
    secret: str | None = field(repr=False)
    public_url: str | None
    limit_seconds: float = TIMEOUT_SECONDS

    def send(
        self,
        notice: Notice,
        *,
        key: str,
        now: datetime,
        earlier: Receipt | None = None,  # noqa: ARG002 - each message stands alone
    ) -> Receipt:
        """Send ``notice``; see `Transport`."""
        body = body_of(linked(notice, self.public_url), key=key)
        headers = self._headers(body, key=key, now=now)
        answer = post(self.url, body, headers, service=SERVICE, limit_seconds=self.limit_seconds)
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise refused(answer.status, service=SERVICE, retry_after=answer.retry_after, now=now)
        return {"status": answer.status}

    def _headers(self, body: bytes, *, key: str, now: datetime) -> dict[str, str]:
        stamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"pinwatch/{code_version()}",
            KEY_HEADER: key,
            TIME_HEADER: stamp,
        }
        if self.secret is not None:
            headers[SIGNATURE_HEADER] = signature(self.secret, stamp, body)
        return headers


def body_of(notice: Notice, *, key: str) -> bytes:
    """Return what is posted: the notice for machines, its title and text for people."""
    document = {
        "key": key,
        "title": text_title(notice),
        "text": text_body(notice),
        "notice": to_document(notice),
    }
    return json.dumps(document, allow_nan=False).encode()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return HMAC-SHA256 over ``timestamp.body``, as hexadecimal behind the version.

    A receiver computes it anew, compares in constant time, and refuses what is older than it likes.

    >>> signature("secret", "1767592800", b"{}")[:11]
    'v1=521de67e'
    """
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={digest.hexdigest()}"
