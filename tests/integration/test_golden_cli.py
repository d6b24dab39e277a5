from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from evals import shipped
from evals.golden.folder import read_golden_folder
from service.cli.golden import app
from service.db import migrate
from service.db.engine import create_engine
from service.db.session import writing
from service.settings import Settings
from service.store import golden as store

if TYPE_CHECKING:
    from typer.testing import Result

TABLE = "q,target\n1 + 1?,2\n2 + 2?,4\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("EVALS_CONFIG", "EVALS_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVALS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(shipped, "shipped_folder", tmp_path.joinpath)
    (tmp_path / "sums.csv").write_text(TABLE)
    return tmp_path


def golden(*words: str) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def imported(name: str = "sums") -> Result:
    return golden("import", "sums.csv", "--name", name, "--input-column", "q", "--scorer", "number")


def test_from_a_table_to_a_published_set_that_stays_as_it_is(here: Path) -> None:
    assert "evals golden publish sums" in imported().output
    unpublished = golden("check", "sums")
    assert (unpublished.exit_code, "not published yet" in unpublished.output) == (1, True)
    assert golden("publish", "sums").exit_code == 0
    assert golden("check", "sums").output.startswith("ok    sums  1.0.0  2 items  ")
    items = here / "golden_sets/sums/items.jsonl"
    items.write_text(items.read_text().replace("1 + 1", "1 + 2"))
    changed = golden("check", "sums")
    assert changed.exit_code == 1
    assert "Bump the version in the manifest, or restore the items" in changed.output
    assert golden("publish", "sums").exit_code == 2


def test_json_lines_travel_to_another_folder_and_keep_their_digest() -> None:
    imported()
    assert golden("export", "sums", "-o", "out.jsonl").exit_code == 0
    again = golden("import", "out.jsonl", "--name", "again", "--into", "other")
    assert again.exit_code == 0
    one, two = golden("digest", "sums"), golden("digest", "other/again")
    assert one.output.split()[0] == two.output.split()[0]
    assert golden("diff", "sums@1.0.0", "other/again").exit_code == 0


def test_diff_names_items_and_exits_1(here: Path) -> None:
    imported()
    imported("more")
    items = here / "golden_sets/more/items.jsonl"
    first, second = items.read_text().splitlines()
    third = '{"id": "new", "input": "3 + 3?", "target": "6", "scorer": "number"}'
    items.write_text("\n".join([first.replace('"2"', '"3"'), third]))
    result = golden("diff", "sums", "more", "--json")
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "added": ["new"],
        "removed": [json.loads(second)["id"]],
        "changed": [json.loads(first)["id"]],
        "relabelled": [],
    }
    assert "stay comparable between the two: 0" in golden("diff", "sums", "more").output


def test_check_goes_on_after_a_set_that_cannot_be_read(here: Path) -> None:
    imported("broken")
    imported("whole")
    golden("publish", "whole")
    (here / "golden_sets/broken/items.jsonl").write_text('{"id": "a", "input": ""}\n{"id"\n')
    result = golden("check", "--json")
    outcomes = {row["name"]: row for row in json.loads(result.output)}
    assert result.exit_code == 1
    assert (outcomes["broken"]["ok"], outcomes["whole"]["ok"]) == (False, True)
    assert "broken/items.jsonl:1, field input" in outcomes["broken"]["problems"][0]
    assert "cannot be read" in golden("list").output


def test_list_shows_what_is_in_sight() -> None:
    imported()
    rows = {row["name"]: row for row in json.loads(golden("list", "--json").output)}
    assert (rows["sums"]["items"], rows["sums"]["published"]) == (2, False)
    assert "Imported from sums.csv." in golden("list").output


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["check", "nowhere"], "golden set 'nowhere' is unknown"),
        (["digest", "sums@9.9.9"], "not 9.9.9"),
        (["import", "gone.csv", "--name", "x"], "No such file"),
        (["import", "sums.csv", "--name", "x"], "--input-column"),
        (["import", "sums.csv", "--name", "sums"], "exists already"),
        (["import", "sums.csv", "--name", "x", "--scorer", "{"], "without a type"),
        (["import", "sums.csv", "--name", "x", "--scorer", "exat"], "'exat' is unknown"),
        (["export", "sums", "-o", "sums.csv"], "--force"),
        (["export", "sums", "-o", "x", "--format", "xml"], "format 'xml' is unknown"),
        (["export", "sums", "-o", "no/such/folder/x"], "cannot be written"),
    ],
)
def test_bad_input_is_one_message_and_exit_2(words: list[str], part: str) -> None:
    imported()
    result = golden(*words)
    assert (result.exit_code, "Traceback" in result.output) == (2, False)
    assert part in result.stderr


def test_a_hugging_face_folder_is_imported_by_split(here: Path) -> None:
    import datasets

    datasets.disable_progress_bars()
    rows = datasets.Dataset.from_list([{"question": "1 + 1?", "answer": 2}])
    datasets.DatasetDict(train=rows, test=rows).save_to_disk(str(here / "hub"))
    words = ["import", "hub", "--name", "hub", "--input-column", "question"]
    words += ["--target-column", "answer", "--scorer", "number"]
    several = golden(*words)
    assert (several.exit_code, "--split: train, test" in several.stderr) == (2, True)
    assert golden(*words, "--split", "test").exit_code == 0
    assert "1.0.0  1 items" in golden("check", "hub").output


def test_the_folders_that_evals_yaml_names_are_searched(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "conf").mkdir()
    (here / "conf/evals.yaml").write_text("golden_sets: [mine]\n")
    monkeypatch.setenv("EVALS_CONFIG", "conf/evals.yaml")
    imported()
    assert (here / "conf/mine/sums/items.jsonl").is_file()
    assert golden("digest", "sums").exit_code == 0


def test_an_old_version_is_read_from_the_store(here: Path) -> None:
    imported()
    remember("sums")
    folder = here / "golden_sets/sums"
    for file, old, new in (("manifest.yaml", "1.0.0", "1.1.0"), ("items.jsonl", '"2"', '"3"')):
        text = (folder / file).read_text()
        (folder / file).write_text(text.replace(old, new))
    result = golden("diff", "sums@1.0.0", "sums")
    assert result.exit_code == 1
    assert result.output.startswith("sums 1.0.0 -> sums 1.1.0\n~ ")
    unknown = golden("diff", "sums@0.9.0", "sums")
    assert (unknown.exit_code, "not 0.9.0" in unknown.stderr) == (2, True)


def remember(name: str) -> None:
    engine = create_engine(Settings.from_environment().database_url)
    migrate.ensure_current(engine)
    golden_set = read_golden_folder(Path("golden_sets") / name).golden_set
    with writing(engine) as session:
        store.save(session, golden_set, now=datetime(2026, 1, 1, tzinfo=UTC))
    engine.dispose()
