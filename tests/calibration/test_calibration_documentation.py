"""What docs/statistics.md says was measured is what the code gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from evals.bench.document import BEGIN, END, from_json, measured_part, record_path
from evals.bench.figures import Rate
from evals.bench.goals import GOALS, ends
from evals.bench.measure import measure
from evals.bench.real_model import KEY, UNCHANGED, RealModel, real_model_part

if TYPE_CHECKING:
    from evals.bench.figures import Figure

DOCUMENT = Path(__file__).parents[2] / "docs" / "statistics.md"
REFRESH = "refresh it: evals bench detectors --seeds 400 --write docs/statistics.md"
NEVER_BY_CHANCE = 1e-5


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(record_path(DOCUMENT).read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def again(record: dict[str, Any]) -> dict[str, Figure]:
    return measure(record["block"]["seeds"])


def test_the_tables_are_those_of_the_recorded_figures(record: dict[str, Any]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    shown = text[text.index(BEGIN) : text.index(END) + len(END)]
    assert shown == measured_part(record["seeds"], from_json(record["figures"])), REFRESH


def test_the_recorded_seeds_still_give_the_recorded_figures(
    record: dict[str, Any], again: dict[str, Figure]
) -> None:
    recorded = from_json(record["block"]["figures"])
    assert again.keys() == recorded.keys(), REFRESH
    for key, figure in again.items():
        assert figure.value == pytest.approx(recorded[key].value, rel=1e-6), f"{key}: {REFRESH}"


def test_a_measurement_agrees_with_the_document_within_its_noise(
    record: dict[str, Any], again: dict[str, Figure]
) -> None:
    published = from_json(record["figures"])
    for key, figure in again.items():
        before = published[key]
        if isinstance(figure, Rate) and isinstance(before, Rate):
            table = [[rate.hits, rate.simulations - rate.hits] for rate in (figure, before)]
            assert stats.fisher_exact(np.array(table)).pvalue > NEVER_BY_CHANCE, f"{key}: {REFRESH}"


def test_no_published_promise_is_broken_beyond_its_noise(record: dict[str, Any]) -> None:
    published = from_json(record["figures"])
    for goal in GOALS:
        low, high = ends(published[goal.key])
        assert high >= goal.bound if goal.at_least else low <= goal.bound, goal.key


def test_the_table_of_the_real_model_is_that_of_the_recorded_checks(record: dict[str, Any]) -> None:
    measured = RealModel.read(record[KEY])
    assert real_model_part(measured) in DOCUMENT.read_text(encoding="utf-8")


def test_ten_unchanged_checks_of_the_real_model_were_silent_and_its_changes_were_told(
    record: dict[str, Any],
) -> None:
    measured = RealModel.read(record[KEY])
    unchanged = measured.of(UNCHANGED)
    assert len(unchanged) >= 10
    assert all(one.silent and one.changed == 0 for one in unchanged)
    changes = [one.verdict for one in measured.checks if one.behind != UNCHANGED]
    assert changes == ["changed", "regressed"]
