from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from evals.errors import GoldenSetError
from evals.simulator.endpoint import SimulatedEndpoint, SimulatorConfig
from evals.simulator.recordings import REPEATS, Recordings, read_recordings
from tests.unit.simulator.factories_simulator import asked, make_request

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = [
    {"id": n, "prompt": f"Is {n} prime?", "answers": {"old": f"old {n}", "new": f"new {n}"}}
    for n in range(200)
]


def _written(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "recorded.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def _replaying(recordings: Recordings, **change: Any) -> SimulatedEndpoint:
    endpoint = SimulatedEndpoint(SimulatorConfig(recordings=recordings))
    endpoint.behave(change)
    return endpoint


def test_the_first_version_is_replayed_until_another_is_chosen(tmp_path: Path) -> None:
    endpoint = _replaying(read_recordings(_written(tmp_path, VERSIONS)))
    question = make_request("Is 7 prime?")
    assert asked(endpoint, question).text == "old 7"
    endpoint.behave({"version": "new"})
    assert asked(endpoint, question).text == "new 7"


def test_a_mixing_share_answers_from_the_other_version(tmp_path: Path) -> None:
    recordings = read_recordings(_written(tmp_path, VERSIONS))
    endpoint = _replaying(recordings, mix_version="new", mix_share=0.3)
    texts = [asked(endpoint, make_request(f"Is {n} prime?")).text for n in range(200)]
    share = sum(text.startswith("new") for text in texts) / 200
    assert share == pytest.approx(0.3, abs=0.09)


def test_repeated_runs_are_replayed_in_order_and_start_over(tmp_path: Path) -> None:
    row = {"prompt": "Q", "answers": ["A", "B"], "raw": ["it is A", "it is B"]}
    recordings = read_recordings(_written(tmp_path, [row]))
    endpoint = _replaying(recordings)
    texts = [asked(endpoint, make_request("Q")).text for _ in range(3)]
    assert texts == ["it is A", "it is B", "it is A"]
    assert recordings.versions == (REPEATS,)


def test_items_that_share_a_prompt_take_turns(tmp_path: Path) -> None:
    rows = [{"prompt": "Q", "answers": [f"{item}1", f"{item}2"]} for item in "ab"]
    endpoint = _replaying(read_recordings(_written(tmp_path, rows)))
    texts = [asked(endpoint, make_request("Q")).text for _ in range(4)]
    assert texts == ["a1", "b1", "a2", "b2"]


@pytest.mark.parametrize("line", ["{", '{"prompt": "Q"}', '{"prompt": "Q", "answers": 3}', "[]"])
def test_a_line_of_another_shape_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "recorded.jsonl"
    path.write_text(f'{{"prompt": "P", "answers": ["A"]}}\n{line}\n')
    with pytest.raises(GoldenSetError, match=r"recorded\.jsonl:2"):
        read_recordings(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldenSetError, match="nowhere"):
        read_recordings(tmp_path / "nowhere.jsonl")
