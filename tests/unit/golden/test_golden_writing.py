from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest

from evals.errors import GoldenSetError
from evals.golden import writing as golden_writing
from evals.golden.folder import parse_golden_set, read_golden_folder
from evals.golden.writing import replace_file, write_golden_folder

if TYPE_CHECKING:
    from pathlib import Path

SUMS = parse_golden_set(
    "name: sums\nversion: 1.0.0\n",
    '{"id": "a", "input": "1 + 1?", "target": "2", "scorer": "exact"}\n',
)[1]


def full_disk(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_written_set_reads_back_and_leaves_no_draft(tmp_path: Path) -> None:
    folder = write_golden_folder(SUMS, into=tmp_path / "sets", origin="sums.csv")
    assert read_golden_folder(folder).golden_set.digest == SUMS.digest
    assert [path.name for path in (tmp_path / "sets").iterdir()] == ["sums"]


def test_a_full_disk_leaves_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(GoldenSetError, match="No space left on device"):
        write_golden_folder(SUMS, into=tmp_path, origin="sums.csv")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(golden_writing, "_prove", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_golden_folder(SUMS, into=tmp_path, origin="sums.csv")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_import_left_is_swept_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".sums.importing-1").mkdir()
    write_golden_folder(SUMS, into=tmp_path, origin="sums.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["sums"]


def test_a_file_that_cannot_be_replaced_keeps_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "manifest.yaml"
    file.write_text("old")
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(GoldenSetError, match="Nothing was changed"):
        replace_file(file, b"new")
    assert (file.read_text(), list(tmp_path.iterdir())) == ("old", [file])
