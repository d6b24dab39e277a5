"""Errors on their way out, as ``application/problem+json``."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import Response

from evals.errors import EvalsError
from service.api.kinds import problem_of
from service.api.shapes.problem import KIND_PREFIX, MEDIA_TYPE, FieldProblem, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

MOST_FIELDS: Final = 20
_RETRY_SECONDS: Final = "5"
_BEARER: Final = (
    "Make one with `evals token create NAME --scope read`, and send `Authorization: Bearer TOKEN`."
)

_KINDS: Final = {
    401: "unauthorized",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    422: "request-misread",
    429: "too-many-failures",
    500: "fault",
}

DOCUMENTED: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"model": Problem, "description": "What is wrong, where, and what to do next."},
    "5XX": {"model": Problem, "description": "What is wrong on this side."},
}
"""What the OpenAPI document says of each route's errors."""


def name_media_type(document: dict[str, Any]) -> None:
    """Let an OpenAPI document say how problems travel.

    FastAPI gives all answers of a route one media type.
    """
    for path in document["paths"].values():
        for operation in path.values():
            for status in DOCUMENTED.keys() & operation["responses"].keys():
                found = operation["responses"][status]
                found["content"] = {MEDIA_TYPE: next(iter(found["content"].values()))}


def plain_problem(
    status: int,
    what: str,
    *,
    request_id: str | None,
    fix: str | None = None,
    fields: tuple[FieldProblem, ...] = (),
) -> Problem:
    """Return a problem that is no `EvalsError`; its kind goes by its status."""
    kind = _KINDS.get(status, f"http-{status}")
    return Problem(
        type=KIND_PREFIX + kind,
        title=kind.replace("-", " ").capitalize(),
        status=status,
        detail=str(EvalsError(what, fix=fix)),
        what=what,
        fix=fix,
        request_id=request_id,
        fields=fields,
    )


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem as an answer."""
    extra = dict(headers or {})
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        extra.setdefault("Retry-After", _RETRY_SECONDS)
    return Response(
        problem.model_dump_json(),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=extra,
    )


def install(app: FastAPI) -> None:
    """Let every error that is raised on purpose leave as a problem."""
    app.add_exception_handler(EvalsError, _on_purpose)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(HTTPException, _by_status)


def _on_purpose(request: Request, error: Exception) -> Response:
    return answer(problem_of(cast("EvalsError", error), request_id=_id(request)))


def _misread(request: Request, error: Exception) -> Response:
    """Say what is wrong with the request; what was sent is never repeated: it may be a secret."""
    found = cast("RequestValidationError", error).errors()
    fields = tuple(
        FieldProblem(field=".".join(str(part) for part in one["loc"]), problem=_sentence(one))
        for one in found[:MOST_FIELDS]
    )
    problem = plain_problem(
        422,
        "the request cannot be followed",
        fix="Mend the fields that are named.",
        fields=fields,
        request_id=_id(request),
    )
    return answer(problem)


def _sentence(found: Mapping[str, Any]) -> str:
    return str(found["msg"]).removeprefix("Value error, ")


def _by_status(request: Request, error: Exception) -> Response:
    raised = cast("HTTPException", error)
    what, fix = _words(request, raised)
    problem = plain_problem(raised.status_code, what, fix=fix, request_id=_id(request))
    headers = dict(raised.headers or {})
    if raised.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer(problem, headers=headers)


def _methods(request: Request) -> set[str]:
    """Return every method that a path takes; the framework tells those of one route only."""
    path = request.url.path
    return {
        method
        for context in iter_route_contexts(request.app.routes)
        if context.path_regex.match(path)
        for method in context.methods or ()
    }


def _words(request: Request, raised: HTTPException) -> tuple[str, str | None]:
    path = request.url.path
    said = {
        401: ("no good token came with the request", _BEARER),
        404: (f"there is nothing at {path}", None),
        405: (f"{path} does not take {request.method}", None),
        413: ("the body is larger than what is read", None),
        429: ("too many requests with a token that is none", "Wait, then send a good token."),
    }
    phrase = HTTPStatus(raised.status_code).phrase.lower()
    return said.get(raised.status_code, (f"refused: {phrase}", None))


def _id(request: Request) -> str | None:
    found: str | None = getattr(request.state, "request_id", None)
    return found
