"""Where a message leads: pages of our own server, and nothing that anybody else wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from evals.report.notice.notice import Advice, Link, NoticeKind

if TYPE_CHECKING:
    from evals.report.notice.notice import Notice


def linked(notice: Notice, public_url: str | None, *, buttons: bool = False) -> Notice:
    """Return ``notice`` with links to the server at ``public_url``, where there is one.

    Where no ``buttons`` acknowledge and silence, it names the commands that do.
    """
    pages = (("Open", "alerts", notice.alert_id), ("Report", "runs", notice.run_id))
    links = tuple(
        Link(words=words, url=f"{public_url}/{page}/{quote(name, safe='')}")
        for words, page, name in pages
        if name and public_url is not None
    )
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
