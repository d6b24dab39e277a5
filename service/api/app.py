"""The application: routes, access, problems, headers, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from evals.versions import code_version
from service.api import operations, problems, slack
from service.api.access import READ, Door
from service.api.failures import Failures
from service.api.outermost import Outermost
from service.api.routes import (
    alerts,
    baselines,
    endpoints,
    golden_sets,
    runs,
    schedules,
    series,
    slots,
    suites,
    verdicts,
    watching,
)
from service.api.shapes.base import examples
from service.api.watchers import Watchers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from fastapi.routing import APIRoute

    from service.world import World

PREFIX: Final = "/api/v1"
_ROUTERS: Final = (
    endpoints.router,
    golden_sets.router,
    suites.router,
    schedules.router,
    slots.router,
    runs.router,
    watching.router,
    verdicts.router,
    series.router,
    baselines.router,
    alerts.router,
    slack.router,
)
_WORDS: Final = (
    "Endpoints, schedules, runs, verdicts and alerts of Pinwatch. Errors are"
    " `application/problem+json`; lists are read page by page with `cursor`."
)


def create_app(
    world: World,
    *,
    bound_to: str | None = None,
    ticked_at: Callable[[], datetime | None] | None = None,
    worked_at: Callable[[], datetime | None] | None = None,
) -> FastAPI:
    """Return the application.

    ``bound_to`` is the address that it will listen on. Bound to a loopback address it lets a person
    at this machine in without a token, until the first token is made; bound to another one, or
    without it, nobody. ``ticked_at`` says when the scheduler of this process last looked at the
    clock, and ``worked_at`` when its worker last looked for work; None where it has none.
    """
    app = FastAPI(
        title="Pinwatch",
        description=_WORDS,
        version=code_version(),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
    )
    app.state.world = world
    app.state.watchers = Watchers()
    app.state.door = Door(bound_to=bound_to, failures=Failures())
    problems.install(app)
    app.add_middleware(Outermost)
    app.include_router(_api(app), prefix=PREFIX)
    operations.install(app, ticked_at=ticked_at, worked_at=worked_at)
    return app


def _api(app: FastAPI) -> APIRouter:
    router = APIRouter(responses=problems.DOCUMENTED)
    for one in _ROUTERS:
        router.include_router(one)

    @router.get("/openapi.json", dependencies=[READ], tags=["openapi"])
    def get_openapi_document() -> dict[str, Any]:
        """Return what this API takes and answers."""
        return document(app)

    return router


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of an application, made once."""
    if app.openapi_schema is None:
        shown = examples()
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        problems.name_media_type(made)
        for name, schema in made["components"]["schemas"].items():
            if name in shown:
                schema["examples"] = shown[name]  # FastAPI leaves out what is null
        app.openapi_schema = made
    return app.openapi_schema


def _operation_id(route: APIRoute) -> str:
    return route.name
