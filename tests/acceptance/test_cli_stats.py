"""Bring your own scores: `evals stats` as a person types it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from typer.testing import CliRunner

from evals.errors import EvalsError
from evals.matrices.parsing import MOST_ITEMS
from service.cli.stats import app

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = [[1]] * 150
BROKEN = [[0]] * 6 + [[1]] * 144
UNASKED = [[None]] * 150


def stats(*words: str, given: str = "", columns: int = 80) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": str(columns)}).invoke(app, list(words), input=given)
    if isinstance(result.exception, EvalsError):
        raise result.exception
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def judged(document: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    exit_code, said = stats("judge", "-", "--json", given=json.dumps(document))
    return exit_code, json.loads(said)["runs"]


@pytest.mark.parametrize(
    ("runs", "verdicts", "exit_code"),
    [
        ([RIGHT], ["ok"], 0),
        ([RIGHT, BROKEN], ["ok", "regressed"], 1),
        ([BROKEN, RIGHT], ["regressed", "ok"], 0),
        ([RIGHT, UNASKED], ["ok", "invalid"], 3),
    ],
    ids=["same", "broken", "mended", "unasked"],
)
def test_each_run_has_a_verdict_and_the_last_one_is_the_exit_code(
    runs: list[Any], verdicts: list[str], exit_code: int
) -> None:
    ended, entries = judged({"baseline": [RIGHT] * 16, "runs": runs, "alpha": 0.00385})
    assert [entry["verdict"] for entry in entries] == verdicts
    assert ended == exit_code


def test_one_pass_of_baseline_is_inconclusive() -> None:
    exit_code, [entry] = judged({"baseline": [RIGHT], "runs": [RIGHT]})
    assert (entry["verdict"], exit_code) == ("inconclusive", 3)


def test_a_year_of_weeks_is_judged_in_seconds_and_every_figure_is_finite_or_null() -> None:
    rng = np.random.default_rng(4)
    answers = (rng.random((68, 150, 1)) < 0.9).astype(int)
    _, entries = judged({"baseline": answers[:16].tolist(), "runs": answers[16:].tolist()})
    assert len(entries) == 52
    assert all(0 < entry["p_week"] <= 1 for entry in entries)


@pytest.mark.parametrize("columns", [80, 120])
def test_the_table_says_the_last_verdict_first_and_fits_the_screen(columns: int) -> None:
    document = {"baseline": [RIGHT] * 16, "runs": [RIGHT, UNASKED, BROKEN]}
    exit_code, said = stats("judge", "-", given=json.dumps(document), columns=columns)
    assert exit_code == 1
    assert said.startswith("✗ REGRESSED: run 2: accuracy fell from 100.0 % to 96.0 %")
    assert "! invalid" in said
    assert max(map(len, said.splitlines())) <= columns
    assert "\u2026" not in said


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"baseline": [[[1]]], "runs": [[[2]]]}', "2 is no outcome ({path}, runs[0][0][0]). "),
        (b'{"baseline": [[[1]]]', "this is not JSON: Expecting ',' delimiter ({path}, line 1, "),
        (b"\xff\xfe", "this is not UTF-8 (byte 0) ({path}). "),
        (
            json.dumps({"baseline": [[[1]] * (MOST_ITEMS + 1)], "runs": [[[1]]]}).encode(),
            "5,001 items are more than 5,000 ({path}, baseline). ",
        ),
    ],
    ids=["outcome", "json", "bytes", "huge"],
)
def test_a_bad_file_is_a_sentence_that_names_the_place(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "m.json"
    path.write_bytes(content)
    with pytest.raises(EvalsError) as caught:
        stats("judge", str(path), "--json")
    assert str(caught.value).startswith(sentence.replace("{path}", str(path)))


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EvalsError, match="cannot be read: No such file"):
        stats("judge", str(tmp_path / "absent.json"))


def test_power_and_size_agree() -> None:
    _, needed = stats("size", "--drop", "5", "--json")
    once = json.loads(needed)["sizes"][0]
    _, seen = stats("power", "--items", str(once["items"]), "--epochs", "1", "--json")
    assert json.loads(seen)["smallest_drop"] == pytest.approx(0.05, rel=0.01)
    _, said = stats("power", "--items", "150", "--epochs", "4", "--passes", "16", "--vbar", "0.03")
    assert said.startswith("150 items x 4 epochs against 16 passes see 3.0 points 4 times in 5\n")


@pytest.mark.parametrize(
    "words",
    [
        ("size", "--drop", "0"),
        ("size", "--drop", "nan"),
        ("size", "--drop", "5", "--alpha", "1"),
        ("power", "--items", "150", "--vbar", "0.3"),
        ("power", "--items", "150", "--rho", "-1"),
    ],
    ids=" ".join,
)
def test_a_figure_out_of_range_is_refused_by_name(words: tuple[str, ...]) -> None:
    with pytest.raises(EvalsError, match=r"is out of range \(--"):
        stats(*words)
