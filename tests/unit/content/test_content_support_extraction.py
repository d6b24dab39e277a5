"""The sets support-faq and extraction: answers pass, mistakes do not, and facts are checked."""

from __future__ import annotations

import doctest
import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from evals.call_state import CallState
from evals.golden.folder import read_golden_folder
from evals.golden.publishing import publication_faults
from evals.scorers.registry import check_item, rescore
from evals.shipped import shipped_folder
from tools.check_facts import calc, extraction, support_faq, written
from tools.check_facts.calc import CalcError, compute

if TYPE_CHECKING:
    from types import ModuleType

    from evals.golden_set import Item

FOLDERS = {
    name: read_golden_folder(shipped_folder("golden_sets") / name)
    for name in ("support-faq", "extraction")
}
SUPPORT = FOLDERS["support-faq"].golden_set.items
EXTRACTION = FOLDERS["extraction"].golden_set.items


def item_of(items: tuple[Item, ...], item_id: str) -> Item:
    return next(item for item in items if item.id == item_id)


@pytest.mark.parametrize("name", FOLDERS)
def test_the_current_version_is_published_and_in_the_changelog(name: str) -> None:
    assert list(publication_faults(FOLDERS[name])) == []


@pytest.mark.parametrize("item", [*SUPPORT, *EXTRACTION], ids=lambda item: item.id)
def test_every_accepted_answer_passes(item: Item) -> None:
    check_item(item)
    for target in item.targets:
        reply = (
            target
            if item.scorer.name == "json_fields"
            else f"The policy says so.\n\n**FINAL: {target}**"
        )
        assert rescore(reply, item).passed


def test_an_answer_to_another_kind_of_question_is_wrong_and_never_unparsed() -> None:
    for item in SUPPORT:
        wrong = "yes" if item.targets == ("UNKNOWN",) else "UNKNOWN"
        scored = rescore(f"FINAL: {wrong}", item)
        assert (scored.state, scored.passed) == (CallState.OK, False), item.id


def test_one_wrong_field_fails_an_extraction() -> None:
    for item in EXTRACTION:
        expected = json.loads(item.targets[0])
        for key in expected:
            scored = rescore(json.dumps({**expected, key: "something else"}), item)
            assert scored.passed is False, (item.id, key)


def test_a_key_that_was_not_asked_for_fails_an_extraction() -> None:
    item = EXTRACTION[0]
    reply = json.dumps({**json.loads(item.targets[0]), "comment": "none"})
    assert rescore(reply, item).passed is False


def test_no_answer_wins_by_being_given_always() -> None:
    first = Counter(item.targets[0] for item in SUPPORT)
    assert abs(first["yes"] - first["no"]) <= 3
    assert max(first.values()) < 0.2 * len(SUPPORT)


def test_ids_name_their_topic_and_no_prompt_occurs_twice() -> None:
    items = [*SUPPORT, *EXTRACTION]
    assert all(item.id.rpartition("-")[0] in item.tags for item in items)
    assert len({item.content_digest for item in items}) == len(items)


def test_the_facts_of_support_faq_are_in_its_policies() -> None:
    assert list(support_faq.problems_in(SUPPORT)) == []


def test_the_values_of_extraction_are_in_its_texts() -> None:
    assert list(extraction.problems_in(EXTRACTION)) == []


def test_a_wrong_target_in_support_faq_is_named() -> None:
    wrong = replace(item_of(SUPPORT, "refunds-02"), targets=("2026-04-03",))
    assert "gives 2026-04-02" in next(support_faq.problems_in([wrong]))


@pytest.mark.parametrize(
    ("item_id", "notes", "complaint"),
    [
        ("refunds-01", "quote: A return label costs €5.90", "no policy says"),
        ("refunds-01", "why: it is so", "no evidence"),
        ("refunds-08", "calc: 20 - 0.90", "not in the prompt"),
        ("refunds-11", "absent: warehouse", "does mention 'warehouse'"),
    ],
)
def test_wrong_evidence_in_support_faq_is_named(item_id: str, notes: str, complaint: str) -> None:
    wrong = replace(item_of(SUPPORT, item_id), notes=notes)
    assert any(complaint in problem for problem in support_faq.problems_in([wrong]))


@pytest.mark.parametrize(
    ("item_id", "key", "value", "complaint"),
    [
        ("orders-01", "total", 487.0, "total: 487.0 is not in the text"),
        ("orders-01", "deliver_by", "2026-08-15", "is not in the text"),
        ("orders-01", "customer", "Miriam Adeyemi", "is not in the text"),
        ("orders-06", "items", [{"sku": "CL-08", "quantity": 145}], "but the target is 145"),
        ("receipts-01", "total", -9.2, "nothing in the text makes -9.2 negative"),
        ("logs-01", "status", "502", "is not of type"),
    ],
)
def test_a_wrong_value_in_extraction_is_named(
    item_id: str, key: str, value: object, complaint: str
) -> None:
    item = item_of(EXTRACTION, item_id)
    target = json.dumps({**json.loads(item.targets[0]), key: value})
    problems = list(extraction.problems_in([replace(item, targets=(target,))]))
    assert any(complaint in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("workdays(date(2026, 6, 12), 1)", "2026-06-15"),
        ("months(date(2026, 10, 10), 3)", "2027-01-10"),
        ("year_end(2025 + 1)", "2026-12-31"),
        ("years(date(2023, 8, 12), date(2026, 8, 11))", "2"),
        ("ceil(70 / 15)", "5"),
        ("round2(80 / 30)", "2.67"),
        ("yes(200 > 200.00 or 1 == 2)", "no"),
        ("-3 + 5 if 1 < 2 and 2 <= 2 else 0", "2"),
    ],
)
def test_amounts_and_dates_are_computed(expression: str, value: str) -> None:
    assert str(compute(expression)) == value


@pytest.mark.parametrize(
    "expression",
    ["1 +", "1 / 0", "__import__('os')", "(1).real", "1 < 2", "date(2026, 13, 1)", "2 ** 9", "x"],
)
def test_anything_else_is_refused(expression: str) -> None:
    with pytest.raises(CalcError):
        compute(expression)


@pytest.mark.parametrize("module", [calc, written], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
