"""The outcome-matrix document: JSON text in, checked arrays out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np

from evals.errors import EvalsError

if TYPE_CHECKING:
    from evals.stats.arrays import Floats

DEFAULT_ALPHA: Final = 1 / 260
"""One false page a year for five series that are checked weekly."""
MOST_OUTCOMES: Final = 4_000_000
MOST_ITEMS: Final = 5_000
MOST_EPOCHS: Final = 200
MOST_RUNS: Final = 1_000
_REQUIRED: Final = ("baseline", "runs")
_KEYS: Final = (*_REQUIRED, "alpha")
_SHAPE: Final = 'Write {"baseline": [passes][items][epochs], "runs": [runs][items][epochs]}.'
_LONGEST_QUOTE: Final = 40


class MatrixError(EvalsError):
    """An outcome-matrix document cannot be read; the message names the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeMatrices:
    """Outcomes of a baseline and of later runs: 1 right, 0 wrong, nan not measured.

    Attributes:
        baseline: ``[passes, items, epochs]``.
        runs: ``[runs, items, epochs]``, oldest first; as many items, in the same order.
        alpha: The level of each check.
    """

    baseline: Floats
    runs: Floats
    alpha: float


def parse_matrices(text: str, *, name: str) -> OutcomeMatrices:
    """Read the document ``name``, or raise MatrixError with the place of its first mistake.

    >>> matrices = parse_matrices('{"baseline": [[[1], [0]]], "runs": [[[1], [null]]]}', name="-")
    >>> matrices.runs.tolist(), round(matrices.alpha, 5)
    ([[[1.0], [nan]]], 0.00385)
    >>> parse_matrices('{"baseline": [[[1]]], "runs": [[[2]]]}', name="-")
    Traceback (most recent call last):
    evals.matrices.parsing.MatrixError: 2 is no outcome (-, runs[0][0][0]). Write 1, 0 or null.
    """
    try:
        fields = _fields(_json(text))
        baseline = _outcomes(fields["baseline"], "baseline")
        runs = _outcomes(fields["runs"], "runs")
        _same_items(baseline, runs)
        alpha = _level(fields.get("alpha", DEFAULT_ALPHA))
    except MatrixError as error:
        where = name if error.where is None else f"{name}, {error.where}"
        raise MatrixError(error.what, where=where, fix=error.fix) from None
    return OutcomeMatrices(baseline=baseline, runs=runs, alpha=alpha)


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise MatrixError(f"this is not JSON: {error.msg}", where=place, fix=_SHAPE) from error
    except RecursionError as error:
        raise MatrixError("the lists are nested too deep", fix=_SHAPE) from error
    except ValueError as error:  # Python refuses whole numbers of more than 4,300 digits
        raise MatrixError("a number is too long to be an outcome", fix=_SHAPE) from error


def _no_constant(word: str) -> NoReturn:
    raise MatrixError(f"{word} is not JSON", fix="Write null for what was not measured.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise MatrixError("a field is there twice", fix="Keep one of them.")
    return found


def _fields(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise MatrixError(f"the document is {_kind(document)}, not an object", fix=_SHAPE)
    for key in _REQUIRED:
        if key not in document:
            raise MatrixError(f"the field {key!r} is missing", fix=_SHAPE)
    for key in document:
        if key not in _KEYS:
            raise MatrixError(
                f"the field {_quoted(key)} is unknown", fix=f"Known fields: {', '.join(_KEYS)}."
            )
    return document


def _outcomes(value: Any, field: str) -> Floats:
    """Check every list against the first of its depth, and every outcome; then make an array."""
    rows = _list(value, field)
    items = len(_list(rows[0], f"{field}[0]"))
    epochs = len(_list(rows[0][0], f"{field}[0][0]"))
    _not_too_large(field, len(rows), items, epochs)
    for row, answers in enumerate(rows):
        _same_length(answers, items, "items", (field, row), (field, 0))
        for item, outcomes in enumerate(answers):
            _same_length(outcomes, epochs, "epochs", (field, row, item), (field, 0, 0))
            for epoch, outcome in enumerate(outcomes):
                if not _is_outcome(outcome):
                    raise MatrixError(
                        f"{_kind(outcome)} is no outcome",
                        where=_place(field, row, item, epoch),
                        fix="Write 1, 0 or null.",
                    )
    return np.array(rows, dtype=float)


def _is_outcome(value: Any) -> bool:
    # By type, since to Python True is 1: a document that says true means something else.
    return value is None or (type(value) in (int, float) and value in (0, 1))


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise MatrixError(f"{_kind(value)} stands where a list belongs", where=place, fix=_SHAPE)
    if not value:
        raise MatrixError("the list is empty", where=place, fix=_SHAPE)
    return value


def _same_length(
    value: Any, length: int, noun: str, at: tuple[Any, ...], like: tuple[Any, ...]
) -> None:
    if type(value) is list and len(value) == length:
        return
    found = _list(value, _place(*at))
    raise MatrixError(
        f"{len(found)} {noun} here, {length} in {_place(*like)}",
        where=_place(*at),
        fix="Write null for what was not measured; every list of a depth has the same length.",
    )


def _not_too_large(field: str, rows: int, items: int, epochs: int) -> None:
    limits = (
        (rows, MOST_RUNS, "runs"),
        (items, MOST_ITEMS, "items"),
        (epochs, MOST_EPOCHS, "epochs"),
        (rows * items * epochs, MOST_OUTCOMES, "outcomes"),
    )
    for count, most, noun in limits:
        if count > most:
            raise MatrixError(
                f"{count:,} {noun} are more than {most:,}",
                where=field,
                fix="Judge a part: a suite of this size is several suites.",
            )


def _same_items(baseline: Floats, runs: Floats) -> None:
    before, after = baseline.shape[1], runs.shape[1]
    if before != after:
        raise MatrixError(
            f"{after} items here, {before} in baseline[0]",
            where="runs[0]",
            fix="Give both the same items in the same order; null for what was not asked.",
        )


def _level(value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value < 1:
        raise MatrixError(
            f"{_kind(value)} is no level", where="alpha", fix="Write a number between 0 and 1."
        )
    return float(value)


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else _quoted(value)


def _quoted(value: Any) -> str:
    written = json.dumps(value) if not isinstance(value, int) else _whole(value)
    return written if len(written) <= _LONGEST_QUOTE else f"{written[:_LONGEST_QUOTE]}..."


def _whole(value: int) -> str:
    return json.dumps(value) if abs(value) < 10**_LONGEST_QUOTE else "a very large number"


def _place(field: str, *indices: int) -> str:
    return field + "".join(f"[{index}]" for index in indices)
