"""Where a message leads: pages of our own server, and nothing that anybody else wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from evals.report.notice.notice import Advice, Link, NoticeKind

if TYPE_CHECKING:
    from evals.report.notice.notice import Notice

REPORT: Final = "/api/v1/runs/{run_id}/report?form=html"
"""Where the server answers with the report of a judged run, as a page."""


def linked(notice: Notice, public_url: str | None, *, buttons: bool = False) -> Notice:
    """Return ``notice`` with a link to its report on the server at ``public_url``, if there is one.

    Where no ``buttons`` acknowledge and silence, it names the commands that do.
    """
    links: tuple[Link, ...] = ()
    if public_url is not None and notice.run_id and notice.verdict is not None:
        path = REPORT.format(run_id=quote(notice.run_id, safe=""))
        links = (Link(words="Report", url=f"{public_url}{path}"),)
    commands = () if buttons else _commands(notice)
    return replace(notice, links=links, advice=(*notice.advice, *commands))


def _commands(notice: Notice) -> tuple[Advice, ...]:
    closed = (NoticeKind.RESOLVED, NoticeKind.ACKNOWLEDGED, NoticeKind.SILENCED)
    if not notice.alert_id or notice.kind in closed:
        return ()
    command = f"evals alerts {{}} {notice.alert_id} {{}}"
    return (
        Advice(words="no more reminders", command=command.format("ack", '--why "..."')),
        Advice(
            words="nothing at all for a day",
            command=command.format("silence", '--for 24h --why "..."'),
        ),
    )
