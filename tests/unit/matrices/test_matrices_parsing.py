"""What a document may say, and where each mistake is reported."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from evals.matrices.parsing import MatrixError, parse_matrices

GOOD: dict[str, Any] = {"baseline": [[[1], [0]], [[1], [None]]], "runs": [[[1, 0], [None, 1]]]}


def parse(document: Any) -> Any:
    text = document if isinstance(document, str) else json.dumps(document)
    return parse_matrices(text, name="m.json")


def test_baseline_and_runs_may_differ_in_epochs() -> None:
    matrices = parse(GOOD | {"alpha": 0.01})
    assert matrices.baseline.shape == (2, 2, 1)
    assert matrices.runs.shape == (1, 2, 2)
    assert np.isnan(matrices.runs[0, 1, 0])
    assert matrices.alpha == 0.01


def test_a_zero_with_a_point_is_a_zero() -> None:
    assert parse({"baseline": [[[1.0]]], "runs": [[[0.0]]]}).runs.tolist() == [[[0.0]]]


@pytest.mark.parametrize(
    ("change", "place", "what"),
    [
        ({"runs": [[[1], [0]], [[1], [2]]]}, "runs[1][1][0]", "2 is no outcome"),
        ({"runs": [[[1], [0.5]]]}, "runs[0][1][0]", "0.5 is no outcome"),
        ({"runs": [[[1], [-1]]]}, "runs[0][1][0]", "-1 is no outcome"),
        ({"runs": [[[1], [True]]]}, "runs[0][1][0]", "true is no outcome"),
        ({"runs": [[[1], ["1"]]]}, "runs[0][1][0]", '"1" is no outcome'),
        ({"runs": [[[1], [[1]]]]}, "runs[0][1][0]", "a list is no outcome"),
        ({"runs": [[[1], [10**60]]]}, "runs[0][1][0]", "a very large number is no outcome"),
        ({"runs": [[[1, 0], [1]]]}, "runs[0][1]", "1 epochs here, 2 in runs[0][0]"),
        ({"baseline": [[[1], [0]], [[1]]]}, "baseline[1]", "1 items here, 2 in baseline[0]"),
        ({"runs": [[[1], [0], [1]]]}, "runs[0]", "3 items here, 2 in baseline[0]"),
        ({"runs": [[1, 0]]}, "runs[0][0]", "1 stands where a list belongs"),
        ({"runs": [[[1], 0]]}, "runs[0][1]", "0 stands where a list belongs"),
        ({"runs": None}, "runs", "null stands where a list belongs"),
        ({"runs": {}}, "runs", "an object stands where a list belongs"),
        ({"runs": []}, "runs", "the list is empty"),
        ({"baseline": [[]]}, "baseline[0]", "the list is empty"),
        ({"baseline": [[[], []]]}, "baseline[0][0]", "the list is empty"),
        ({"alpha": 0}, "alpha", "0 is no level"),
        ({"alpha": 1}, "alpha", "1 is no level"),
        ({"alpha": -0.1}, "alpha", "-0.1 is no level"),
        ({"alpha": True}, "alpha", "true is no level"),
        ({"alpha": None}, "alpha", "null is no level"),
        ({"alpha": "0.05"}, "alpha", '"0.05" is no level'),
    ],
    ids=str,
)
def test_a_mistake_is_named_with_its_place(change: dict[str, Any], place: str, what: str) -> None:
    with pytest.raises(MatrixError) as caught:
        parse(GOOD | change)
    assert (caught.value.where, caught.value.what) == (f"m.json, {place}", what)
    assert caught.value.fix


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "this is not JSON"),
        ("{", "this is not JSON"),
        ("[]", "the document is a list, not an object"),
        ("3", "the document is 3, not an object"),
        ('{"runs": [[[1]]]}', "the field 'baseline' is missing"),
        ('{"baseline": [[[1]]], "run": [[[1]]]}', "the field 'runs' is missing"),
        ('{"baseline": [[[1]]], "runs": [[[1]]], "beta": 1}', 'the field "beta" is unknown'),
        ('{"baseline": [[[1]]], "runs": [[[NaN]]]}', "NaN is not JSON"),
        ('{"baseline": [[[1]]], "runs": [[[1]]], "alpha": Infinity}', "Infinity is not JSON"),
        ('{"baseline": [[[1]]], "baseline": [[[1]]], "runs": [[[1]]]}', "a field is there twice"),
        ("[" * 100_000, "the lists are nested too deep"),
        ('{"alpha": ' + "9" * 5000 + "}", "a number is too long to be an outcome"),
    ],
    ids=lambda text: str(text)[:30],
)
def test_a_text_that_is_no_such_document_is_refused_in_a_sentence(text: str, what: str) -> None:
    with pytest.raises(MatrixError) as caught:
        parse(text)
    assert caught.value.what.startswith(what)
    assert str(caught.value).isascii()
    assert len(str(caught.value)) < 250


def test_a_matrix_that_would_take_minutes_is_refused_at_once() -> None:
    with pytest.raises(MatrixError) as caught:
        parse({"baseline": [[[1]] * 5_001], "runs": [[[1]] * 5_001]})
    assert caught.value.what == "5,001 items are more than 5,000"
