"""For those who run Pinwatch: is it alive, is it ready, and how does it do."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, FastAPI, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

from service.api.access import READ
from service.api.metrics import Metrics
from service.api.world import TheWorld
from service.db.migrate import check
from service.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOKS_WITHIN: Final = timedelta(minutes=2)
"""A scheduler that has not looked at the clock, or a worker for work, for so long hangs."""

router = APIRouter(include_in_schema=False)


def install(
    app: FastAPI,
    *,
    ticked_at: Callable[[], datetime | None] | None = None,
    worked_at: Callable[[], datetime | None] | None = None,
) -> None:
    """Add the routes to an application whose state holds the world, and count its requests.

    ``ticked_at`` says when the scheduler of this process last looked at the clock, and
    ``worked_at`` when its worker last looked for work; None where it has none.
    """
    app.state.metrics = Metrics(app.state.world)
    app.state.ticked_at = ticked_at
    app.state.worked_at = worked_at
    app.include_router(router)
    app.add_middleware(_Counted, metrics=app.state.metrics)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that this process answers; whoever watches it restarts it when it does not."""
    return {"status": "alive"}


@router.get("/readyz")
def readyz(request: Request, world: TheWorld) -> Response:
    """Say whether this process can work; 503 when it cannot, with the part that is missing."""
    parts, state, now = {"database": _database(world)}, request.app.state, world.clock()
    if state.ticked_at is not None:
        parts["scheduler"] = _goes_on(state.ticked_at(), now, word="ticking")
    if state.worked_at is not None:
        parts["worker"] = _goes_on(state.worked_at(), now, word="looking")
    ready = all(one in ("current", "ticking", "looking") for one in parts.values())
    status = "ready" if ready else "not ready"
    return JSONResponse({"status": status, **parts}, status_code=200 if ready else 503)


@router.get("/metrics", dependencies=[READ])
def metrics(request: Request) -> Response:
    """Return the metrics in the text format of Prometheus."""
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _database(world: TheWorld) -> str:
    """Say in one word how the database is: nothing of where it is, for anybody may ask."""
    try:
        return check(world.keeper.engine).value
    except StoreUnavailable:
        return "unreachable"


def _goes_on(looked_at: datetime | None, now: datetime, *, word: str) -> str:
    if looked_at is None:
        return "starting"
    return word if now - looked_at <= LOOKS_WITHIN else "hangs"


class _Counted:
    """Counts the answers of the application around it."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.count_request(scope["method"], message["status"])
            await send(message)

        await self._app(scope, receive, counted)
