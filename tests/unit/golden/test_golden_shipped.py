from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evals import shipped
from evals.errors import GoldenSetError
from evals.shipped import (
    find_golden_set,
    known_golden_sets,
    shipped_folder,
)

if TYPE_CHECKING:
    from pathlib import Path


def put(root: Path, name: str, *, version: str = "1.0.0") -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "manifest.yaml").write_text(f"name: {name}\nversion: {version}\nscorer: exact\n")
    (folder / "items.jsonl").write_text('{"id": "a", "input": "1 + 1?", "target": "2"}\n')
    return folder


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "shipped"
    monkeypatch.setattr(shipped, "shipped_folder", lambda _: root)
    return root


def test_the_users_set_hides_a_shipped_one_of_the_same_name(tmp_path: Path, ours: Path) -> None:
    put(ours, "faq")
    put(tmp_path / "mine", "faq", version="2.0.0")
    assert find_golden_set("faq", [tmp_path / "mine"]).manifest.version == "2.0.0"
    assert find_golden_set("faq", []).manifest.version == "1.0.0"


def test_hidden_folders_and_other_folders_are_no_sets(tmp_path: Path, ours: Path) -> None:
    put(tmp_path, ".faq.importing-1")
    (tmp_path / "notes").mkdir()
    put(ours, "faq")
    assert list(known_golden_sets([tmp_path, tmp_path / "gone"])) == ["faq"]


@pytest.mark.usefixtures("ours")
def test_an_unknown_name_lists_close_and_known_names(tmp_path: Path) -> None:
    put(tmp_path, "support-faq")
    put(tmp_path, "arithmetic")
    with pytest.raises(GoldenSetError) as caught:
        find_golden_set("suport-faq", [tmp_path])
    assert "Did you mean 'support-faq'? Known: arithmetic, support-faq." in str(caught.value)


@pytest.mark.usefixtures("ours")
def test_a_label_insists_on_the_version(tmp_path: Path) -> None:
    put(tmp_path, "faq")
    assert find_golden_set("faq@1.0.0", [tmp_path]).golden_set.name == "faq"
    with pytest.raises(GoldenSetError, match=r"at version 1\.0\.0, not 2\.0\.0"):
        find_golden_set("faq@2.0.0", [tmp_path])


@pytest.mark.usefixtures("ours")
def test_a_folder_will_do_as_a_name(tmp_path: Path) -> None:
    assert find_golden_set(str(put(tmp_path, "old")), []).manifest.name == "old"


@pytest.mark.usefixtures("ours")
def test_a_missing_items_file_is_told(tmp_path: Path) -> None:
    (put(tmp_path, "faq") / "items.jsonl").unlink()
    with pytest.raises(GoldenSetError, match=r"items\.jsonl cannot be read: No such file"):
        find_golden_set("faq", [tmp_path])


def test_in_a_checkout_the_shipped_sets_stand_beside_the_packages() -> None:
    assert (shipped_folder("golden_sets").parent / "pyproject.toml").is_file()
