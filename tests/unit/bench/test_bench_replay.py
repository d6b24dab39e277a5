"""Recorded answers: how they are read, and what the detectors say of them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evals.bench.figures import Median, Rate
from evals.bench.recordings import Primes, SameModel, read_recording, read_yes_or_no
from evals.bench.replay import replay
from evals.errors import EvalsError

if TYPE_CHECKING:
    from evals.bench.figures import Figure

RECORDED = Path(__file__).parents[3].parent / "shared" / "data"
PRIMES = RECORDED / "llmdrift_primes.jsonl.gz"
SAME_MODEL = RECORDED / "gpt4o_same_model_5runs.jsonl.gz"
GPT_4 = "primes, gpt-4-0314 to gpt-4-0613"
GPT_3_5 = "primes, gpt-3.5-turbo-0301 to gpt-3.5-turbo-0613"


def recording(path: Path) -> Primes | SameModel:
    if not path.exists():
        pytest.skip(f"{path.name} is not beside the project")
    return read_recording(path)


@pytest.fixture(scope="module")
def primes() -> dict[str, Figure]:
    return replay(recording(PRIMES))


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        ("[Yes]", 1),
        ("[No]. It is divisible by 7.", 0),
        ("No, it seems. Then again: yes.", 1),
        ("A notable yesterday", -1),
        ("", -1),
        ("**Yes**", -1),
    ],
)
def test_an_answer_is_read_as_the_study_read_it(answer: str, read: int) -> None:
    assert read_yes_or_no(answer) == read


@pytest.mark.parametrize(
    ("figure", "hits"),
    [
        (f"{GPT_4} | accuracy before", 840),
        (f"{GPT_4} | accuracy after", 511),
        (f"{GPT_4} | right to wrong", 476),
        (f"{GPT_4} | wrong to right", 147),
        (f"{GPT_4} | primes before", 488),
        (f"{GPT_4} | primes after", 12),
        (f"{GPT_4} | composites before", 352),
        (f"{GPT_4} | composites after", 499),
        (f"{GPT_3_5} | accuracy before", 496),
        (f"{GPT_3_5} | accuracy after", 762),
    ],
)
def test_the_published_figures_come_out(primes: dict[str, Figure], figure: str, hits: int) -> None:
    found = primes[figure]
    assert isinstance(found, Rate)
    assert found.hits == hits


@pytest.mark.parametrize(
    ("test", "goal", "share"),
    [
        ("answers changed", 20, 0.95),
        ("accuracy alone", 100, 0.8),
        ("accuracy and its tags", 100, 0.99),
    ],
)
def test_the_documented_change_is_paged_in_time(
    primes: dict[str, Figure], test: str, goal: int, share: float
) -> None:
    calls = primes[f"{GPT_4} | calls until paged, {test}"]
    assert isinstance(calls, Median)
    assert calls.high <= goal
    assert primes[f"{GPT_4} | paged within {goal} calls, {test}"].value >= share


def test_five_identical_runs_raise_nothing() -> None:
    figures = replay(recording(SAME_MODEL))
    alarms = {key: figure for key, figure in figures.items() if "alarms" in key}
    assert len(alarms) == 9
    assert all(isinstance(rate, Rate) and rate.hits == 0 for rate in alarms.values())


def test_small_recordings_of_either_kind_are_told_apart(tmp_path: Path) -> None:
    versions = ("gpt-4-0314", "gpt-4-0613", "gpt-3.5-turbo-0301", "gpt-3.5-turbo-0613")
    one = tmp_path / "primes.jsonl"
    one.write_text(json.dumps({"target": "yes", "answers": dict.fromkeys(versions, "[Yes]")}))
    other = tmp_path / "runs.jsonl.gz"
    with gzip.open(other, "wt") as file:
        file.write(json.dumps({"task": "t", "answers": ["A", "B"], "correct": [1, 0]}))
    assert isinstance(read_recording(one), Primes)
    same = read_recording(other)
    assert isinstance(same, SameModel)
    assert same.codes["t"].tolist() == [[[0]], [[1]]]


@pytest.mark.parametrize(
    "text", ["not json", "[1]", '{"id": 1}', "", '{"answers": {"gpt-4-0314": 3}, "target": "yes"}']
)
def test_other_files_are_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(text)
    with pytest.raises(EvalsError, match=r"other\.jsonl"):
        read_recording(path)


def test_a_file_that_is_not_gzip_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl.gz"
    path.write_text("{}")
    with pytest.raises(EvalsError, match="cannot be read"):
        read_recording(path)
