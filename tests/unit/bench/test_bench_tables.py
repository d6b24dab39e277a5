"""Figures on their way to people: cells, records, the document and the command."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.bench import document
from evals.bench.figures import Figure, Mean, Median, Rate, mean_of, median_of
from evals.bench.goals import GOALS, Goal
from evals.bench.tables import cell, detector_tables
from evals.errors import EvalsError
from service.cli.bench import app


@pytest.fixture(scope="module")
def figures() -> dict[str, Figure]:
    published = Path(__file__).parents[3] / "docs" / "statistics-measured.json"
    return document.from_json(json.loads(published.read_text(encoding="utf-8"))["figures"])


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Rate(hits=0, simulations=0), "nan % (nan to nan)"),
        (Rate(hits=93, simulations=100), "93.0 % (86.3 to 96.6)"),
        (Mean(value=0.4, low=-0.2, high=1.0, simulations=3), "0.40 (0.00 to 1.00)"),
        (Median(value=12.0, low=9.0, high=inf, simulations=9), "12 (9 to never)"),
    ],
)
def test_a_cell_carries_its_interval(figure: Figure, words: str) -> None:
    assert cell(figure) == words


def test_the_interval_of_a_median_holds_it() -> None:
    median = median_of(range(101))
    assert (median.low, median.value, median.high) == (40.0, 50.0, 60.0)


def test_one_value_has_no_interval() -> None:
    assert cell(mean_of([3.0])) == "3.00 (? to ?)"


@pytest.mark.parametrize(
    ("hits", "words"), [(0, "reached"), (70, "short"), (1, "reached, and its interval too")]
)
def test_a_goal_is_judged_by_its_interval_too(hits: int, words: str) -> None:
    simulations = {0: 3, 70: 100, 1: 1000}[hits]
    figure = Rate(hits=hits, simulations=simulations)
    assert Goal(key="", bound=0.3).verdict(figure) == words


def test_every_goal_is_measured(figures: dict[str, Figure]) -> None:
    assert {goal.key for goal in GOALS} <= figures.keys()


def test_a_record_is_read_back_as_it_was(figures: dict[str, Figure]) -> None:
    stored = json.loads(json.dumps(document.to_json({"m": median_of([1.0, inf, inf])})))
    assert document.from_json(stored)["m"].value == inf
    assert document.from_json(json.loads(json.dumps(document.to_json(figures)))) == figures


def test_a_document_keeps_what_stands_around_its_tables(
    tmp_path: Path, figures: dict[str, Figure]
) -> None:
    path = tmp_path / "statistics.md"
    path.write_text(f"before\n{document.BEGIN}\nold\n{document.END}\nafter\n")
    document.write_measured(path, seeds=1, figures=figures, block=figures)
    text = path.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert all(table.title in text for table in detector_tables(figures))


@pytest.mark.parametrize("text", ["nothing", f"{document.BEGIN} twice {document.BEGIN}"])
def test_a_document_without_a_place_is_refused_before_anything_is_measured(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "statistics.md"
    path.write_text(text)
    result = CliRunner().invoke(app, ["detectors", "--seeds", "2000", "--write", str(path)])
    assert isinstance(result.exception, EvalsError)
    assert path.read_text() == text


def test_the_command_replays_without_measuring(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    rows = [
        {"task": "t", "answers": ["A"] * 3, "correct": [1] * 3},
        {"task": "t", "answers": ["B"] * 3, "correct": [0] * 3},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    found = CliRunner().invoke(app, ["detectors", "--seeds", "0", "--replay", str(path), "--json"])
    shown = json.loads(found.stdout)
    assert shown["figures"] == {}
    assert shown["replays"]["gpt-4o against itself, t | alarms: worse"]["hits"] == 0


def test_the_command_says_when_nothing_was_asked_of_it() -> None:
    found = CliRunner().invoke(app, ["detectors", "--seeds", "0"])
    assert "Nothing was measured" in found.stdout
