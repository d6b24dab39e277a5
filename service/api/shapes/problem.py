"""What went wrong, as RFC 9457 puts it: ``application/problem+json``."""

from __future__ import annotations

from service.api.shapes.base import Shape, shown

MEDIA_TYPE = "application/problem+json"
KIND_PREFIX = "urn:pinwatch:problem:"

EXAMPLE = {
    "type": f"{KIND_PREFIX}run-not-found",
    "title": "Run not found",
    "status": 404,
    "detail": "no run has the id '2026'. See the ids with `evals runs list`.",
    "what": "no run has the id '2026'",
    "where": None,
    "fix": "See the ids with `evals runs list`.",
    "request_id": "5f3a9c2e81d04b67",
    "fields": [],
}


class FieldProblem(Shape):
    """One thing wrong with a request: where it stands (``query.limit``) and what it is."""

    field: str
    problem: str


class Problem(Shape):
    """What happened, where, and what to do next.

    Attributes:
        type: Names the kind of problem; the same kind keeps its name.
        detail: The whole as one text for people.
        request_id: Is in the server's log, too.
        fields: What is wrong with the request itself, place by place.
    """

    model_config = shown(EXAMPLE)

    type: str
    title: str
    status: int
    detail: str
    what: str
    where: str | None = None
    fix: str | None = None
    request_id: str | None = None
    fields: tuple[FieldProblem, ...] = ()
