from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from evals.report.document import FORMAT, VERSION, document, json_report
from evals.report.fields import FIELD_MEANINGS, OPEN_OBJECTS
from tests.unit.report.factories_cases import CASES
from tests.unit.report.factories_hostile import BIG, hostile
from tests.unit.report.factories_report import make_report, make_run
from tests.unit.report.factories_unmeasured import blind, no_baseline, pin_broken

if TYPE_CHECKING:
    from collections.abc import Iterator


def paths(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict) and path not in OPEN_OBJECTS:
        for key, part in value.items():
            yield from paths(part, f"{path}.{key}".removeprefix("."))
    elif isinstance(value, list):
        for part in value:
            yield from paths(part, f"{path}[]")
    else:
        yield path


def refuse(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


@pytest.mark.parametrize("case", CASES)
def test_every_field_has_a_published_meaning(case: str) -> None:
    assert set(paths(document(CASES[case]()))) <= set(FIELD_MEANINGS)


def test_every_published_field_exists() -> None:
    found = {path for build in CASES.values() for path in paths(document(build()))}
    parents = {
        "baseline",
        "tasks[].baseline_score",
        "tasks[].check",
        "tasks[].answers",
        "tasks[].sampling",
        "tasks[].sampling.retest",
    }
    assert set(FIELD_MEANINGS) - parents <= found


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_strict_ascii_json(case: str) -> None:
    text = json_report(CASES[case]())
    assert text.isascii()
    assert json.loads(text, parse_constant=refuse) == document(CASES[case]())


def test_format_and_version_come_first() -> None:
    assert list(document(make_report()).items())[:2] == [("format", FORMAT), ("version", VERSION)]


def test_what_cannot_be_told_is_null() -> None:
    answers = document(blind())["tasks"][0]["answers"]
    assert answers["p_changed"] is None
    assert answers["reason"] == "the baseline needs two passes with answers"


def test_an_unknown_cost_is_null_and_not_zero() -> None:
    assert document(no_baseline())["usage"]["cost_usd"] is None


def test_a_missing_baseline_is_null() -> None:
    assert document(no_baseline())["baseline"] is None


def test_answers_are_kept_whole() -> None:
    assert document(hostile())["flips"][0]["after"] == BIG


def test_a_lone_surrogate_survives() -> None:
    text = json_report(make_report(model="a\udcffb"))
    assert json.loads(text)["run"]["model"] == "a\udcffb"


def test_a_broken_pin_has_its_own_exit_code() -> None:
    verdict = document(pin_broken())["verdict"]
    assert (verdict["pin_broken"], verdict["exit_code"]) == (True, 4)


def test_times_keep_their_offset() -> None:
    written = document(make_report())["run"]["completed_at"]
    assert datetime.fromisoformat(written) == make_run().completed_at


def test_options_are_data_of_any_depth() -> None:
    run = make_run(options={"limit": 5, "tags": ("a", "b"), "budget_usd": float("nan")})
    options = document(make_report(run=run))["run"]["options"]
    assert options == {"limit": 5, "tags": ["a", "b"], "budget_usd": None}
