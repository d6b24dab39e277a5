from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from evals.errors import GoldenSetError
from evals.golden.importing import assembly
from evals.golden.importing.folder import Imported, import_golden_set
from evals.golden.importing.formats import format_of
from evals.golden.importing.source import Columns, ImportSource
from evals.golden_set import ScorerSpec

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "q,target,source\n1 + 1?,2,book\n2 + 2?,4,book\n"
QUESTION = Columns(input="q")


def imported(folder: Path, file: str, content: str | bytes, **overrides: Any) -> Imported:
    (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return imported_from(folder, str(folder / file), **overrides)


def imported_from(folder: Path, location: str, **overrides: Any) -> Imported:
    source_parts = {
        key: overrides.pop(key) for key in ("columns", "split", "subset") if key in overrides
    }
    options = {"name": "sums", "version": "1.0.0", "scorer": ScorerSpec(name="exact"), **overrides}
    source = ImportSource(location=location, **source_parts)
    return import_golden_set(source, into=folder / "golden_sets", **options)


def refusal(folder: Path, file: str, content: str | bytes, **overrides: Any) -> str:
    with pytest.raises(GoldenSetError) as caught:
        imported(folder, file, content, **overrides)
    left = folder / "golden_sets"
    assert not left.exists() or not list(left.iterdir()), "something half-imported was kept"
    return str(caught.value)


def test_a_table_with_a_named_column_becomes_a_set_that_can_be_read(tmp_path: Path) -> None:
    done = imported(tmp_path, "sums.csv", TABLE, columns=QUESTION)
    told = "\n\nEnd your reply with one line: FINAL: <answer>"
    asked = [item.messages[0].content for item in done.golden_set.items]
    assert asked == [f"1 + 1?{told}", f"2 + 2?{told}"]
    assert [item.targets for item in done.golden_set.items] == [("2",), ("4",)]
    assert (done.form, done.ignored) == ("csv", ("source",))


def test_ids_are_made_of_the_content_and_do_not_depend_on_the_order(tmp_path: Path) -> None:
    first = imported(tmp_path, "a.csv", TABLE, columns=QUESTION)
    head, *rows = TABLE.splitlines()
    turned = "\n".join([head, *reversed(rows)])
    second = imported(tmp_path, "b.csv", turned, columns=QUESTION, name="turned")
    ids = [item.id for item in first.golden_set.items]
    assert [item.id for item in second.golden_set.items] == ids[::-1]


def test_rows_that_repeat_without_an_id_are_left_out_and_counted(tmp_path: Path) -> None:
    done = imported(tmp_path, "a.csv", TABLE + "1 + 1?,2,web\n", columns=QUESTION)
    assert (len(done.golden_set.items), done.repeats) == (2, 1)


def test_tabs_separate_a_tsv_and_numbers_are_texts(tmp_path: Path) -> None:
    rows = "id\tinput\ttarget\ttags\n7\t1 + 1?\t2\teasy, sums\n"
    item = imported(tmp_path, "a.tsv", rows).golden_set.items[0]
    assert (item.id, item.tags) == ("7", ("easy", "sums"))


@pytest.mark.parametrize(
    ("file", "content", "parts"),
    [
        ("a.csv", TABLE, ["no column is called 'input'", "--input-column", "q, target, source"]),
        ("a.csv", "input,target\nq\n", ["1 cells under 2 columns", "a.csv:2"]),
        ("a.csv", 'input,target\n"q,2\n', ["the table is broken", "a.csv:2"]),
        ("a.csv", b"input,target\n\xff,2\n", ["UTF-8"]),
        ("a.csv", "input,target\n,2\n", ["input is missing", "a.csv:2, field input"]),
        ("a.csv", "input,target\n", ["holds no items"]),
        ("a.csv", "id,input,target\n1,q,2\n1,r,3\n", ["id '1' already stands at"]),
        ("a.jsonl", '{"input": "q", "target": "2", "traget": 1}\n', ["'traget'", "a.jsonl:1"]),
        ("a.jsonl", '{"input": "q", "target": "2"}\n{"input"\n', ["not valid JSON", "a.jsonl:2"]),
        ("a.jsonl", b'{"input": "q", "target": "2"}\n\xff\n', ["not UTF-8", "a.jsonl:2"]),
        ("a.jsonl", '{"input": "q", "ideal": 3}\n', ["target is a number"]),
        ("a.parquet", "no", ["cannot be read", "Parquet"]),
        ("a.txt", "q", ["format cannot be told", "--format"]),
        ("a.yaml", "a: [", ["not valid YAML", "a.yaml"]),
    ],
)
def test_a_bad_source_names_its_place_and_keeps_nothing(
    tmp_path: Path, file: str, content: str | bytes, parts: list[str]
) -> None:
    said = refusal(tmp_path, file, content)
    assert all(part in said for part in parts), said


@pytest.mark.parametrize(
    ("overrides", "part"),
    [
        ({"name": "../up"}, "cannot name a folder"),
        ({"version": "one"}, "not a label"),
        ({"form": "xml"}, "format 'xml' is unknown"),
        ({"columns": Columns(input="question")}, "option --input-column"),
    ],
)
def test_a_wrong_option_is_told_before_anything_is_written(
    tmp_path: Path, overrides: dict[str, Any], part: str
) -> None:
    assert part in refusal(tmp_path, "a.csv", TABLE, **overrides)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(GoldenSetError, match="No such file"):
        imported_from(tmp_path, str(tmp_path / "none.csv"))


def test_an_existing_set_is_never_overwritten(tmp_path: Path) -> None:
    imported(tmp_path, "a.csv", TABLE, columns=QUESTION)
    with pytest.raises(GoldenSetError, match="'sums' exists already"):
        imported(tmp_path, "b.csv", TABLE, columns=QUESTION)


def test_openai_evals_are_recognised_by_their_ideal(tmp_path: Path) -> None:
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "1 + 1?"}]
    content = json.dumps({"input": turns, "ideal": ["2", "two"], "metadata": {}})
    done = imported(tmp_path, "a.jsonl", content)
    assert (done.form, done.ignored) == ("openai-evals", ("metadata",))
    assert done.golden_set.items[0].targets == ("2", "two")
    assert len(done.golden_set.items[0].messages) == 2


def test_json_lines_with_named_columns_pass_over_other_keys(tmp_path: Path) -> None:
    content = json.dumps({"q": "1 + 1?", "answer": 2, "source": "book"})
    columns = Columns(input="q", target="answer")
    done = imported(tmp_path, "a.jsonl", content, columns=columns)
    assert done.golden_set.items[0].targets == ("2",)
    assert done.ignored == ("source",)


def test_a_source_that_is_too_big_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "MOST_ITEMS", 1)
    assert "more than 1 items" in refusal(tmp_path, "a.csv", TABLE, columns=QUESTION)


def test_a_missing_library_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "pip install 'pinwatch[data]'" in refusal(tmp_path, "a.parquet", "")


def test_a_name_that_is_no_file_is_a_data_set_on_the_hub() -> None:
    assert format_of(ImportSource(location="openai/gsm8k")) == "huggingface"


def test_columns_called_as_people_call_them_need_no_option(tmp_path: Path) -> None:
    done = imported(tmp_path, "sums.csv", "Question;Answer\n1 + 1?;2\n")
    (item,) = done.golden_set.items
    assert (item.targets, item.messages[0].content.partition("\n")[0]) == (("2",), "1 + 1?")


def test_a_question_that_says_how_to_answer_is_left_as_it_is(tmp_path: Path) -> None:
    done = imported(tmp_path, "sums.csv", "input,target\n1 + 1? End with FINAL: n,2\n")
    assert done.golden_set.items[0].messages[0].content == "1 + 1? End with FINAL: n"
