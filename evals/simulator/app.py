"""The routes: two protocols, the list of models, and the door through which changes come."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from evals.errors import ConfigError
from evals.simulator.anthropic_messages import AnthropicMessages
from evals.simulator.batches import Batches
from evals.simulator.delivery import delivered
from evals.simulator.model_list import model_list, model_page
from evals.simulator.openai_chat import OpenAIChat
from evals.simulator.protocol import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from evals.simulator.endpoint import SimulatedEndpoint
    from evals.simulator.protocol import ChatProtocol

BEHAVIOUR_PATH = "/_simulator/behaviour"


def simulator_app(endpoint: SimulatedEndpoint) -> Starlette:
    """Return the web application in front of ``endpoint``."""
    openai = _chat(OpenAIChat(), endpoint)
    routes = [
        Route("/v1/chat/completions", openai, methods=["POST"]),
        Route("/v1/messages", _chat(AnthropicMessages(), endpoint), methods=["POST"]),
        *_batch_routes(Batches(endpoint=endpoint)),
        Route("/v1/models", _models(endpoint)),
        Route("/v1/models/{model:path}", _model(endpoint)),
        Route(BEHAVIOUR_PATH, _behaviour(endpoint), methods=["GET", "POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={BadRequestError: _refused})


async def _refused(_: Request, error: Exception) -> Response:
    return JSONResponse(OpenAIChat().error(400, str(error)), status_code=400)


def _chat(
    protocol: ChatProtocol, endpoint: SimulatedEndpoint
) -> Callable[[Request], Awaitable[ASGIApp]]:
    async def answer(web: Request) -> ASGIApp:
        try:
            body = _object(await web.body())
            request = protocol.parse(body)
        except BadRequestError as error:
            return JSONResponse(protocol.error(400, str(error)), status_code=400)
        outcome = endpoint.ask(request, protocol=protocol.name, body=body)
        return await delivered(protocol, request, outcome)

    return answer


def _batch_routes(batches: Batches) -> list[Route]:
    async def upload(web: Request) -> Response:
        return _told(batches.upload(await web.body(), web.headers.get("content-type", "")))

    async def content(web: Request) -> Response:
        found = batches.content(web.path_params["file"])
        return _told(None) if found is None else Response(found)

    async def submit(web: Request) -> Response:
        return _told(batches.submit(_object(await web.body())))

    async def look(web: Request) -> Response:
        return _told(batches.look(web.path_params["batch"]))

    return [
        Route("/v1/files", upload, methods=["POST"]),
        Route("/v1/files/{file}/content", content),
        Route("/v1/batches", submit, methods=["POST"]),
        Route("/v1/batches/{batch}", look),
    ]


def _told(document: dict[str, Any] | None) -> JSONResponse:
    if document is None:
        return JSONResponse(OpenAIChat().error(404, "there is no such thing"), status_code=404)
    return JSONResponse(document)


def _models(endpoint: SimulatedEndpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(web: Request) -> Response:  # noqa: ARG001 - the signature is Starlette's
        return JSONResponse(model_list(endpoint.config.models, endpoint.behaviour))

    return answer


def _model(endpoint: SimulatedEndpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(web: Request) -> Response:
        name = web.path_params["model"]
        page = model_page(name, endpoint.config.models, endpoint.behaviour)
        if page is None:
            missing = AnthropicMessages().error(404, f"model: {name}")
            return JSONResponse(missing, status_code=404)
        return JSONResponse(page)

    return answer


def _behaviour(endpoint: SimulatedEndpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(web: Request) -> Response:
        if web.method != "POST":
            return JSONResponse(asdict(endpoint.behaviour))
        try:
            return JSONResponse(asdict(endpoint.behave(_object(await web.body()))))
        except (BadRequestError, ConfigError) as error:
            return JSONResponse(OpenAIChat().error(400, str(error)), status_code=400)

    return answer


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise BadRequestError("the body must be JSON") from error
    if not isinstance(body, dict):
        raise BadRequestError("the body must be an object")
    return body
