from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from evals.call_state import CallState
from evals.golden.folder import read_golden_folder
from evals.golden.publishing import publication_faults
from evals.scorers.registry import check_item, rescore
from tools.check_facts import (
    arithmetic,
    capitals_and_sums,
    code_small,
    general_knowledge,
)
from tools.check_facts.formula import FormulaError, compute
from tools.check_facts.number_functions import FUNCTIONS
from tools.check_facts.set_shape import ROOT, items_of

if TYPE_CHECKING:
    from evals.golden_set import Item

SIZES = {
    "arithmetic": 120,
    "general-knowledge": 120,
    "code-small": 60,
    "capitals-and-sums": 40,
}
ANSWERED_ON_A_LINE = ("arithmetic", "general-knowledge")


def _pairs(*names: str) -> list[tuple[Item, str]]:
    return [(item, target) for name in names for item in items_of(name) for target in item.targets]


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_each_set_is_published_whole_and_can_be_graded(name: str, size: int) -> None:
    folder = read_golden_folder(ROOT / name)
    assert list(publication_faults(folder)) == []
    assert len(folder.golden_set.items) == size
    assert len({item.content_digest for item in folder.golden_set.items}) == size
    for item in folder.golden_set.items:
        check_item(item)


def test_every_accepted_answer_passes_on_a_final_line() -> None:
    for item, target in _pairs(*ANSWERED_ON_A_LINE):
        assert rescore(f"Let me see.\n\n**FINAL: {target}**", item).passed, (item.id, target)


def test_every_accepted_answer_of_the_demo_passes_within_a_sentence() -> None:
    for item, target in _pairs("capitals-and-sums"):
        assert rescore(f"The answer is {target}.", item).passed, (item.id, target)


def test_the_answer_to_the_next_item_fails() -> None:
    for name in (*ANSWERED_ON_A_LINE, "capitals-and-sums"):
        items = items_of(name)
        for item, other in zip(items, items[1:] + items[:1], strict=True):
            reply = f"FINAL: {other.targets[0]}"
            if other.targets[0] not in item.targets:
                assert not rescore(reply, item).passed, (item.id, reply)


def test_a_reply_without_a_final_line_is_unparsed() -> None:
    for item, target in _pairs(*ANSWERED_ON_A_LINE):
        assert rescore(f"It is {target}", item).state is CallState.UNPARSED, item.id


def test_every_sum_and_word_problem_is_recomputed() -> None:
    assert list(arithmetic.problems_in(items_of("arithmetic"))) == []


def test_a_wrong_target_is_caught() -> None:
    items = list(items_of("arithmetic"))
    items[5] = replace(items[5], targets=("6",))
    (problem,) = arithmetic.problems_in(items)
    assert problem == "integers-06: -8 + 13 gives 5, but the target is 6"


def test_general_knowledge_is_balanced_and_checked() -> None:
    assert list(general_knowledge.problems_in(items_of("general-knowledge"))) == []


def test_a_letter_out_of_balance_is_caught() -> None:
    items = list(items_of("general-knowledge"))
    place = next(i for i, item in enumerate(items) if general_knowledge.options_of(item))
    wrong = "B" if items[place].targets != ("B",) else "C"
    items[place] = replace(items[place], targets=(wrong,))
    assert "not balanced" in next(general_knowledge.problems_in(items))


def test_the_demo_set_never_passes_an_echo() -> None:
    assert list(capitals_and_sums.problems_in(items_of("capitals-and-sums"))) == []


def test_reference_solutions_pass_in_the_sandbox_and_stubs_fail() -> None:
    # The script runs all of them; every tenth keeps this test short.
    for item in items_of("code-small")[::10]:
        assert list(code_small.problems_of(item)) == []


def test_a_wrong_solution_is_caught() -> None:
    item = next(item for item in items_of("code-small") if item.id == "digit-sum")
    wrong = replace(item, targets=("def digit_sum(n):\n    return n",))
    (problem,) = code_small.problems_of(wrong)
    assert problem.startswith("the reference solution fails")


def test_formulas_are_exact() -> None:
    assert compute("0.1 + 0.2", FUNCTIONS) == Fraction(3, 10)
    assert compute("crt(2, 5, 3, 7, 4, 9)", FUNCTIONS) == Fraction(157)


@pytest.mark.parametrize(
    "formula",
    ["__import__('os')", "(1).real", "2 ** 99999999", "1 / 0", "[1]", "days('soon', 'now')", "1 +"],
)
def test_formulas_run_nothing_but_arithmetic(formula: str) -> None:
    with pytest.raises(FormulaError):
        compute(formula, FUNCTIONS)
