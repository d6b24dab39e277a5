"""What people press in Slack: signed requests, each taken once, that acknowledge and silence.

No token opens this door but Slack's signature: HMAC-SHA256 over time stamp and body, five minutes
good, compared in constant time.
"""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

import hashlib
import json
import logging
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from evals.report.safe_text import one_line
from evals.report.slack import ACKNOWLEDGE, SILENCE, SILENCE_HOURS
from service.alerting.orders import Order, Verb, carry_out
from service.alerting.routing import routing_of
from service.api.world import TheWorld
from service.db.session import writing
from service.errors import AccessRefused, AlertNotFound, RequestRefused
from service.store import alerts, slack_callbacks
from service.telling import change_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.alerting.alert import Alert, Transition
    from service.alerting.routing import Routing
    from service.world import World

router = APIRouter(prefix="/slack", tags=["slack"])

_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_ALERT: Final = re.compile(r"[0-9]{1,15}")
_NAME: Final = 60
_VERBS: Final = {ACKNOWLEDGE: Verb.ACKNOWLEDGE, SILENCE: Verb.SILENCE}
_log = logging.getLogger(__name__)


@router.post("/actions", include_in_schema=False)
async def slack_actions(request: Request, world: TheWorld) -> Response:
    """Do what somebody pressed; Slack wants an answer within three seconds, and shows none of it.

    Raises:
        AccessRefused: It is not signed, too old, or was taken before.
        RequestRefused: It is signed, and not what Slack sends.
    """
    body = await request.body()
    await run_in_threadpool(_take, world, dict(request.headers), body)
    return Response()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Press:
    """One press of one of our buttons."""

    verb: Verb
    alert_id: int
    actor: str


def _take(world: World, headers: Mapping[str, str], body: bytes) -> None:
    now = world.clock()
    digest = _signed(world, headers, body, now)
    presses = tuple(_presses(_payload(body)))
    routing = routing_of(world.configuration.current()[0])
    # One transaction: a request whose order was not carried out was not taken, and may come again.
    with writing(world.keeper.engine) as session:
        if not slack_callbacks.take(session, digest, now=now):
            raise AccessRefused("this request of Slack was taken before")
        for press in presses:
            _order(session, press, routing, now)


def _signed(world: World, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the sha256 of the signature, if one of the configured secrets made it."""
    from slack_sdk.signature import Clock, SignatureVerifier

    class _Stopped(Clock):
        def now(self) -> float:
            return now.timestamp()

    stamp = headers.get("x-slack-request-timestamp", "")
    signature = headers.get("x-slack-signature", "")
    if _TIMESTAMP.fullmatch(stamp) and signature.isascii() and _is_text(body):
        for secret in _secrets(world):
            verifier = SignatureVerifier(secret, clock=_Stopped())
            if verifier.is_valid(body=body, timestamp=stamp, signature=signature):
                return hashlib.sha256(signature.encode()).hexdigest()
    raise AccessRefused(
        "this request is not signed by Slack, or is too old",
        fix="Name the variable with the app's signing secret under signing_secret_env, and let "
        "this machine know the time.",
    )


def _is_text(body: bytes) -> bool:
    """Whether the verifier can read ``body``; it raises where it cannot."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _secrets(world: World) -> Iterator[str]:
    """Yield the signing secrets of the apps that `evals.yaml` names, each once."""
    channels = world.configuration.current()[0].alerts.channels.values()
    names = {channel.signing_secret_env for channel in channels}
    for name in sorted(name for name in names if name is not None):
        secret = world.keeper.settings.secret(name)
        if secret is not None:
            yield secret


def _payload(body: bytes) -> Mapping[str, Any]:
    try:
        fields = parse_qs(body.decode(), max_num_fields=10)
        found = json.loads(fields["payload"][0])
    except (ValueError, KeyError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise RequestRefused("this is no interaction of Slack")
    return found


def _presses(payload: Mapping[str, Any]) -> Iterator[_Press]:
    """Yield the presses of our buttons; Slack tells of links that were followed, too."""
    actions = payload.get("actions")
    for action in actions if isinstance(actions, list) else []:
        verb = _VERBS.get(str(action.get("action_id"))) if isinstance(action, dict) else None
        if verb is None:
            continue
        alert = str(action.get("value"))
        if _ALERT.fullmatch(alert):
            yield _Press(verb=verb, alert_id=int(alert), actor=_actor(payload))


def _actor(payload: Mapping[str, Any]) -> str:
    user = payload.get("user")
    user = user if isinstance(user, dict) else {}
    name = user.get("username") or user.get("name") or user.get("id") or "somebody"
    return one_line(f"{name} (Slack)", _NAME)


def _order(session: Session, press: _Press, routing: Routing, now: datetime) -> None:
    """Do it; where the alert is over meanwhile, the message says so by itself."""
    silence = press.verb is Verb.SILENCE
    until = now + timedelta(hours=SILENCE_HOURS) if silence else None
    wanted = Order(verb=press.verb, actor=press.actor, why="pressed in Slack", until=until)

    def carried_out(newest: Alert) -> Transition | None:
        return carry_out(newest, wanted, now) if newest.id == press.alert_id else None

    with suppress(AlertNotFound):
        condition = alerts.get(session, press.alert_id).condition
        if change_in(session, condition, carried_out, routing, now) is not None:
            _log.info("alert %s: %s by %s", press.alert_id, press.verb, press.actor)
