from __future__ import annotations

from dataclasses import replace

from evals.golden.folder import read_golden_folder
from evals.golden.publishing import publication_faults
from evals.scorers.registry import check_item
from tools.check_facts import instructions
from tools.check_facts.set_shape import ROOT, items_of


def test_the_set_is_published_whole_and_can_be_graded() -> None:
    folder = read_golden_folder(ROOT / "instructions")
    assert list(publication_faults(folder)) == []
    assert len({item.content_digest for item in folder.golden_set.items}) == 80
    for item in folder.golden_set.items:
        check_item(item)


def test_every_set_of_rules_can_be_kept_and_is_broken_by_a_plain_reply() -> None:
    assert list(instructions.problems_in(items_of("instructions"))) == []


def test_a_reference_reply_that_breaks_a_rule_is_caught() -> None:
    items = list(items_of("instructions"))
    items[0] = replace(items[0], targets=("Waves rise and fall.",))
    (problem,) = instructions.problems_in(items)
    assert problem == "words-01: the reference reply fails: broken: words"
