"""What an export is written to: a file of samples or a folder of logs, told by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evals.errors import EvalsError
from service.cli.exporting import export_inspect_logs, is_samples_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["out.csv", "out.CSV", "out.parquet"])
def test_samples_go_into_a_table(tmp_path: Path, name: str) -> None:
    assert is_samples_file(tmp_path / name)


def test_logs_go_into_a_folder_without_an_ending_or_one_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "run.2").mkdir()
    assert not is_samples_file(tmp_path / "logs")
    assert not is_samples_file(tmp_path / "run.2")


@pytest.mark.parametrize("name", ["out.json", "out.xlsx", "out.csv.gz"])
def test_an_unknown_ending_is_refused_and_makes_no_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(EvalsError, match=r"Write \.csv or \.parquet"):
        is_samples_file(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.eval").write_text("a log")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EvalsError, match="cannot be written: File exists"):
        export_inspect_logs(tmp_path / "logs", tmp_path / "file")
