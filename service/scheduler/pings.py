"""Pings: a URL is called after each completed check, so that its absence is noticed elsewhere."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx

from service.db.session import reading, writing
from service.store import pings, schedules

if TYPE_CHECKING:
    from datetime import datetime

    from evals.config import Config
    from evals.schedule import Ping
    from service.keeper import Keeper

TIMEOUT_SECONDS = 10
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=2)

# The path of a ping's URL is a secret, and httpx writes each URL at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pinged:
    """What one look has sent.

    Attributes:
        problems: Why a ping did not arrive, by schedule; it is tried again. No URL is in it.
    """

    arrived: int = 0
    problems: dict[str, str] = field(default_factory=dict)


def ping_due(keeper: Keeper, config: Config, now: datetime, *, client: httpx.Client) -> Pinged:
    """Send the pings that are due, each by one server, and again later where one did not arrive.

    A ping that arrived may be sent again when the server dies just then: it says the same.
    """
    with reading(keeper.engine) as session:
        named = {one.name: one.schedule.ping for one in schedules.everything(session)}
        wanted = config.ping is not None or any(named.values())
        due = pings.due(session, now=now) if wanted else ()
    found = [one for one in due if one.schedule in named]  # others cannot be read here
    arrived, problems = 0, {}
    for one in found:
        with writing(keeper.engine) as session:
            ours = pings.take(session, one, again_at=now + _wait(one.attempts))
        if not ours:
            continue  # another server sends it
        ping = named.get(one.schedule) or config.ping
        problem = _send(keeper, ping, client, completed=one.completed)
        if problem is not None:
            problems[one.schedule] = problem
            continue
        arrived += 1
        with writing(keeper.engine) as session:
            pings.sent(session, one, now=now)
    return Pinged(arrived=arrived, problems=problems)


def _wait(attempts: int) -> timedelta:
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << min(attempts, 16)))


def _send(
    keeper: Keeper, ping: Ping | None, client: httpx.Client, *, completed: bool
) -> str | None:
    """Send one ping; return why it did not arrive, or None. One that nobody wants has arrived."""
    if ping is None or not (completed or ping.fail):
        return None
    url = keeper.settings.secret(ping.url_env)
    if url is None:
        return f"the variable {ping.url_env}, which holds the URL, is not set"
    target = url.strip() if completed else f"{url.strip().rstrip('/')}/fail"
    try:
        answer = client.get(target, timeout=TIMEOUT_SECONDS, follow_redirects=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"the URL of {ping.url_env} cannot be called: {type(error).__name__}"
    if answer.is_success:
        return None
    return f"the URL of {ping.url_env} answers with status {answer.status_code}"
