from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003  hypothesis reads the annotation of the test

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.errors import GoldenSetError
from evals.golden.exporting import exported
from evals.golden.folder import parse_golden_set
from evals.golden.importing.assembly import assemble
from evals.golden.importing.formats import reader_of
from evals.golden.importing.source import ImportLog, ImportSource
from evals.golden.item import ROLES, ItemDefaults
from evals.golden_set import ChatMessage, GoldenSet, Item, ScorerSpec, Severity

texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20
).filter(lambda text: bool(text.strip()))
ids = st.text(st.characters(categories=["L", "N"], include_characters="-_."), min_size=1)
turns = st.builds(ChatMessage, role=st.sampled_from(ROLES), content=texts)
messages = st.lists(turns, max_size=3).map(
    lambda some: (*some, ChatMessage(role="user", content="why?"))
)
scorers = st.one_of(
    st.just(ScorerSpec(name="exact")),
    st.builds(
        lambda cased, synonym: ScorerSpec(
            name="contains_any",
            options={"case_sensitive": cased, "forbidden": [synonym], "answer": "whole"},
        ),
        st.booleans(),
        texts,
    ),
)
items = st.builds(
    Item,
    id=ids,
    messages=messages,
    targets=st.lists(texts, min_size=1, max_size=3).map(tuple),
    scorer=scorers,
    tags=st.lists(texts, max_size=2).map(tuple),
    cluster=st.none() | texts,
    severity=st.sampled_from(Severity),
    notes=st.just("") | texts,
)
golden_sets = st.lists(items, min_size=1, max_size=4, unique_by=lambda item: item.id).map(
    lambda some: GoldenSet(name="faq", version="1.0.0", items=tuple(some))
)


def one_item(**overrides: object) -> GoldenSet:
    parts = {
        "id": "a",
        "messages": (ChatMessage(role="user", content="1 + 1?"),),
        "targets": ("2",),
        "scorer": ScorerSpec(name="exact"),
        **overrides,
    }
    return GoldenSet(name="faq", version="1.0.0", items=(Item(**parts),))  # type: ignore[arg-type]  # a factory with overrides


def reimported(content: bytes, form: str, folder: Path) -> GoldenSet:
    file = folder / "exported"
    file.write_bytes(content)
    log = ImportLog()
    rows = reader_of(form)(ImportSource(location=str(file)), log)
    defaults = ItemDefaults(scorer=ScorerSpec(name="exact"))
    return assemble(rows, name="faq", version="1.0.0", defaults=defaults, log=log).golden_set


@given(golden_sets)
def test_json_lines_read_back_to_the_same_digest(golden_set: GoldenSet) -> None:
    read = parse_golden_set("name: faq\nversion: 1.0.0\n", exported(golden_set, "jsonl"))[1]
    assert read.items == golden_set.items
    assert read.digest == golden_set.digest


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(golden_set=golden_sets)
def test_our_own_exports_import_to_the_same_digest(
    tmp_path: Path, form: str, golden_set: GoldenSet
) -> None:
    content = exported(golden_set, form)
    assert reimported(content, form, tmp_path).digest == golden_set.digest


def test_openai_evals_keep_turns_and_answers(tmp_path: Path) -> None:
    golden_set = one_item(targets=("2", "two"))
    content = exported(golden_set, "openai-evals")
    assert json.loads(content) == {
        "input": [{"role": "user", "content": "1 + 1?"}],
        "ideal": ["2", "two"],
    }
    read = reimported(content, "openai-evals", tmp_path).items[0]
    assert read.content_digest == golden_set.items[0].content_digest


@pytest.mark.parametrize(
    ("scorer", "options"),
    [
        ("exact", {"case_sensitive": True, "strip_punctuation": False, "answer": "whole"}),
        ("contains_all", {"case_sensitive": False, "answer": "whole"}),
        ("contains_any", {"case_sensitive": True, "answer": "whole"}),
    ],
)
def test_promptfoo_reads_back_what_it_can_say(
    tmp_path: Path, scorer: str, options: dict[str, object]
) -> None:
    golden_set = one_item(scorer=ScorerSpec(name=scorer, options=options))
    read = reimported(exported(golden_set, "promptfoo"), "promptfoo", tmp_path)
    assert read.items[0].content_digest == golden_set.items[0].content_digest


def test_promptfoo_names_the_items_that_it_cannot_say() -> None:
    with pytest.raises(GoldenSetError, match="item 'a'"):
        exported(one_item(), "promptfoo")


def test_promptfoo_never_gets_an_input_that_it_would_run() -> None:
    options = {"case_sensitive": True, "answer": "whole"}
    braces = (ChatMessage(role="user", content="What is {{x}}?"),)
    subject = one_item(messages=braces, scorer=ScorerSpec(name="contains_any", options=options))
    with pytest.raises(GoldenSetError, match="braces"):
        exported(subject, "promptfoo")


def test_an_unknown_format_is_told() -> None:
    with pytest.raises(GoldenSetError, match="Did you mean 'jsonl'"):
        exported(one_item(), "json")
