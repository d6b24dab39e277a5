"""The measurement of the real model, in its document and in the record beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from evals.bench.document import record, record_path
from evals.bench.real_model import (
    BEGIN,
    END,
    KEY,
    RealCheck,
    RealModel,
    real_model_table,
    write_real_model,
)
from evals.errors import EvalsError

if TYPE_CHECKING:
    from pathlib import Path


def a_check(behind: str = "nothing", **overrides: Any) -> RealCheck:
    values = {"verdict": "ok", "right": 34, "items": 40, "changed": 0, "p": 1.0, "p_week": 0.4}
    return RealCheck(**{"behind": behind, **values, **overrides})


MEASURED = RealModel(
    passes=8,
    level=0.0064,
    checks=(
        a_check(),
        a_check(verdict="inconclusive", right=33, changed=1, p=0.2, p_week=None),
        a_check("a cheaper cache", verdict="changed", changed=9, p=1e-5),
    ),
)


def test_one_row_tells_all_checks_of_a_state() -> None:
    assert [row[:6] for row in real_model_table(MEASURED).rows] == [
        ("nothing", "2", "1 ok, 1 inconclusive", "33 to 34 of 40", "0 to 1 of 40", "0.20"),
        ("a cheaper cache", "1", "1 changed", "34 of 40", "9 of 40", "< 0.001"),
    ]


def test_a_measurement_is_written_beside_others_and_takes_only_its_own_place(
    tmp_path: Path,
) -> None:
    document = tmp_path / "statistics.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    record(document, {"seeds": 3})
    write_real_model(document, MEASURED)
    lines = document.read_text().splitlines()
    assert (lines[0], lines[1], lines[-2], lines[-1]) == ("before", BEGIN, END, "after")
    assert "old" not in lines
    kept = json.loads(record_path(document).read_text())
    assert kept["seeds"] == 3
    assert RealModel.read(kept[KEY]) == MEASURED


def test_a_document_without_a_place_for_it_is_refused(tmp_path: Path) -> None:
    document = tmp_path / "statistics.md"
    document.write_text("nothing here")
    with pytest.raises(EvalsError, match="has no place for the tables"):
        write_real_model(document, MEASURED)
    assert document.read_text() == "nothing here"
