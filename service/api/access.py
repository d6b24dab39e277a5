"""Who calls, and whether they may: every route names the scope that it needs."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from starlette.exceptions import HTTPException

from service.api.failures import Failures
from service.api.loopback import is_local
from service.api.world import TheWorld
from service.db.session import reading, writing
from service.errors import AccessRefused, StoreUnavailable
from service.scopes import Scope
from service.store import tokens

if TYPE_CHECKING:
    from datetime import datetime

    from service.store.tokens import Token
    from service.world import World

LOCAL_CALLER: Final = "local"
_SLOWEST_READ: Final = 200
"""Characters of a token; a longer text is none, and need not be hashed."""

_bearer = HTTPBearer(
    scheme_name="token", auto_error=False, description="A token of `evals token create`."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who calls: the name of a token, or ``local`` for a person at this machine."""

    name: str
    scope: Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """What decides on access: where the server listens, and who failed lately."""

    bound_to: str | None
    failures: Failures


def caller_of(
    request: Request,
    world: TheWorld,
    scopes: SecurityScopes,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Return who calls, or refuse.

    Raises:
        HTTPException: 401 without a good token; 429 after too many bad ones.
        AccessRefused: The token is good, and not for this.
    """
    door: Door = request.app.state.door
    if credentials is not None:
        caller = _holder(world, door, request, credentials.credentials)
    else:
        caller = _local(world, door, request)
    needed = Scope(scopes.scopes[0])
    if not caller.scope.covers(needed):
        raise AccessRefused(
            f"the token {caller.name!r} has the scope {caller.scope}, and this needs {needed}",
            fix=f"Use one made with `evals token create NAME --scope {needed}`.",
        )
    return caller


def _holder(world: World, door: Door, request: Request, text: str) -> Caller:
    now, client = world.clock(), request.client.host if request.client else ""
    digest = tokens.digest_of(text[:_SLOWEST_READ])
    wait = door.failures.wait(client, digest, now=now)
    if wait is not None:
        raise HTTPException(429, headers={"Retry-After": str(int(wait.total_seconds()) + 1)})
    with reading(world.keeper.engine) as session:
        token = tokens.find(session, text, now=now) if len(text) <= _SLOWEST_READ else None
    if token is None:
        door.failures.failed(client, digest, now=now)
        raise _unknown()
    door.failures.succeeded(digest)
    _note_use(world, token, now)
    return Caller(name=token.name, scope=token.scope)


def _note_use(world: World, token: Token, now: datetime) -> None:
    """Keep when the token was used, at most once a minute; no request fails because of it."""
    if token.last_used_at is not None and now - token.last_used_at < tokens.USE_NOTED_EVERY:
        return
    with suppress(StoreUnavailable), writing(world.keeper.engine) as session:
        tokens.note_use(session, token.name, now=now)


def _local(world: World, door: Door, request: Request) -> Caller:
    """Let a person at this machine in, until the first token is made.

    A proxy on this machine looks like that person, and need not say that it is one; whoever puts
    one in front makes tokens, and from then on everybody needs one.
    """
    peer = request.client.host if request.client else None
    if not is_local(bound_to=door.bound_to, peer=peer, headers=request.headers):
        raise _unknown()
    with reading(world.keeper.engine) as session:
        if tokens.any_was_made(session):
            raise _unknown()
    return Caller(name=LOCAL_CALLER, scope=Scope.ADMIN)


def _unknown() -> HTTPException:
    return HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


READ: Final = Security(caller_of, scopes=[Scope.READ.value])
RUN: Final = Security(caller_of, scopes=[Scope.RUN.value])
ADMIN: Final = Security(caller_of, scopes=[Scope.ADMIN.value])

Reader = Annotated[Caller, READ]
Runner = Annotated[Caller, RUN]
Admin = Annotated[Caller, ADMIN]
