"""The same notice, told of an alert: why it is sent now, and of which alert."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from evals.report.safe_text import block, visible

if TYPE_CHECKING:
    from datetime import datetime

    from evals.report.notice.notice import Notice, NoticeKind

_REASON: Final = 800
"""Characters; what somebody wrote at length is kept with the alert."""
_ACTOR: Final = 60


def of_alert(
    notice: Notice,
    *,
    kind: NoticeKind,
    alert_id: str,
    at: datetime,
    opened_at: datetime,
    reason: str = "",
    actor: str = "",
) -> Notice:
    """Return ``notice`` as news of one transition of alert ``alert_id``.

    Args:
        notice: What was found, as it was made for the observation.
        kind: The transition: opened, still open, acknowledged, silenced or resolved.
        alert_id: As people type it.
        at: When the transition was decided.
        opened_at: When the alert opened.
        reason: Why it changed its state; empty when it opens. It is cut, and so is the next.
        actor: Who did it; empty when the machine did.
    """
    return replace(
        notice,
        kind=kind,
        alert_id=alert_id,
        at=at,
        opened_at=opened_at,
        reason=_cut(reason, _REASON),
        actor=_cut(actor, _ACTOR),
    )


def _cut(text: str, characters: int) -> str:
    return visible(block(text, characters)) if text else ""
