"""What came of a run: its verdicts, its comparison, its report."""
# ruff: noqa: TC001 - FastAPI reads the annotations of its routes at run time

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from starlette.responses import JSONResponse

from service.api.access import READ
from service.api.paging import DEFAULT_ROWS, Cursor, Limit, cursor_of, number_key, page_of
from service.api.rendering import MEDIA_TYPES, Form, judged, written
from service.api.routes.runs import RunId
from service.api.shapes.base import Page
from service.api.shapes.verdicts import Verdict
from service.api.world import TheWorld
from service.db.session import reading
from service.store import runs, verdicts

router = APIRouter(prefix="/runs", tags=["verdicts"])

_PAGE: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The report; as JSON its fields are those of `evals run -o report.json`.",
        "content": {
            media: {"schema": {"type": "object" if form is Form.JSON else "string"}}
            for form, media in MEDIA_TYPES.items()
        },
    }
}


@router.get("/{run_id}/verdict", dependencies=[READ])
def get_verdict(run_id: RunId, world: TheWorld) -> Verdict:
    """Return the newest verdict on a run."""
    with reading(world.keeper.engine) as session:
        return Verdict.of(judged(session, run_id)[1])


@router.get("/{run_id}/verdicts", dependencies=[READ])
def list_verdicts(
    run_id: RunId, world: TheWorld, *, limit: Limit = DEFAULT_ROWS, cursor: Cursor = None
) -> Page[Verdict]:
    """List every verdict on a run, the newest first: each time it was judged left one."""
    before = number_key("verdicts", cursor)
    with reading(world.keeper.engine) as session:
        run = runs.get(session, run_id)
        found = verdicts.page(session, run.id, before=before, limit=limit + 1)
    rows, following = page_of(found, limit, lambda row: cursor_of("verdicts", row[0]))
    return Page(items=tuple(Verdict.of(stored) for _, stored in rows), next=following)


@router.get("/{run_id}/report", dependencies=[READ], response_class=Response, responses=_FORMS)
def get_report(
    run_id: RunId,
    world: TheWorld,
    *,
    form: Form = Form.JSON,
    width: Annotated[int, Query(ge=40, le=500, description="Of form=text, in cells.")] = 100,
    height: Annotated[int, Query(ge=10, le=500, description="Of form=text, in lines.")] = 40,
) -> Response:
    """Return the report of a judged run: the comparison as it was stored, or laid out to read."""
    if form is Form.JSON:
        with reading(world.keeper.engine) as session:
            return JSONResponse(judged(session, run_id)[1].comparison)
    text = written(world, run_id, form, width=width, height=height)
    headers = {"Content-Security-Policy": _PAGE} if form is Form.HTML else None
    return Response(text.encode("utf-8", "replace"), media_type=MEDIA_TYPES[form], headers=headers)
