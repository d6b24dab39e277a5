"""Which error is which problem: the status of each kind, and the name that clients know it by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evals import errors as asking
from evals.errors import EvalsError
from service import errors as keeping
from service.api.shapes.problem import KIND_PREFIX, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_STATUS: dict[type[EvalsError], int] = {
    asking.ConfigError: 422,
    asking.GoldenSetError: 422,
    asking.ScorerError: 422,
    asking.EngineError: 502,
    keeping.AlertNotFound: 404,
    keeping.AlertRefused: 409,
    keeping.AmbiguousId: 409,
    keeping.BaselineNotFound: 404,
    keeping.BaselineRefused: 409,
    keeping.NameNotFound: 404,
    keeping.NotJudged: 409,
    keeping.RunBusy: 409,
    keeping.RunFinished: 409,
    keeping.RunNotFound: 404,
    keeping.ScheduleNotFound: 404,
    keeping.ScheduleRefused: 409,
    keeping.ScheduleUnreadable: 409,
    keeping.ServerUnavailable: 502,
    keeping.SlotNotFound: 404,
    keeping.StoreUnavailable: 503,
    keeping.TokenNotFound: 404,
    keeping.TooManyWatchers: 503,
    keeping.TokenRefused: 409,
    keeping.AccessRefused: 403,
    keeping.RequestRefused: 400,
    EvalsError: 400,
}


def status_of(error: EvalsError) -> int:
    """Return the HTTP status of an error: that of the nearest kind that has one."""
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def kind_of(error: type[EvalsError]) -> str:
    """Return the name of a kind of error, as the part of ``type`` that tells kinds apart.

    >>> kind_of(keeping.RunNotFound)
    'run-not-found'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()


def problem_of(error: EvalsError, *, request_id: str | None = None) -> Problem:
    """Return an error as it travels."""
    kind = kind_of(type(error))
    return Problem(
        type=KIND_PREFIX + kind,
        title=kind.replace("-", " ").capitalize(),
        status=status_of(error),
        detail=str(error),
        what=error.what,
        where=error.where,
        fix=error.fix,
        request_id=request_id,
    )


def error_of(problem: Problem) -> EvalsError:
    """Return a problem as the error that it was; of a kind that is not known here, the root.

    >>> error_of(problem_of(keeping.RunNotFound("no run", fix="Look.")))
    RunNotFound('no run', None, 'Look.')
    """
    kind = problem.type.removeprefix(KIND_PREFIX)
    known = {kind_of(one): one for one in _kinds()}
    fields = "; ".join(f"{one.field}: {one.problem}" for one in problem.fields)
    what = f"{problem.what} ({fields})" if fields else problem.what
    error = EvalsError(what, where=problem.where, fix=problem.fix)
    found = known.get(kind, EvalsError)
    if found.__init__ is EvalsError.__init__:
        error = found(what, where=problem.where, fix=problem.fix)
    return error


def _kinds() -> Iterator[type[EvalsError]]:
    for module in (asking, keeping):
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, EvalsError):
                yield one
