from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from evals.report.markdown import markdown_report
from evals.report.markdown_text import code, words
from tests.unit.report.factories_cases import CASES
from tests.unit.report.factories_hostile import HOSTILE, hostile
from tests.unit.report.factories_moved import regressed
from tests.unit.report.factories_unmeasured import no_baseline

GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ANY_TEXT = st.text(st.characters(), min_size=1, max_size=60)
MARKUP = {"link_open", "image", "em_open", "strong_open", "code_inline", "s_open", "html_inline"}


def inline_tokens(text: str) -> set[str]:
    tokens = GITHUB.parse(f"Says {text} today")
    return {child.type for token in tokens for child in token.children or ()}


@given(ANY_TEXT)
def test_no_words_become_markup(text: str) -> None:
    assert not inline_tokens(words(text)) & MARKUP


@given(ANY_TEXT)
def test_code_holds_nothing_but_text(text: str) -> None:
    assert inline_tokens(code(text, 100)) & MARKUP == {"html_inline"}
    assert code(text, 100).count("<") == 2


def test_nobody_is_mentioned_and_nothing_is_fetched() -> None:
    page = markdown_report(hostile())
    assert "@" not in page
    assert "://" not in page
    html = GITHUB.render(page)
    assert "<script" not in html
    assert "<img" not in html
    assert "href" not in html


@pytest.mark.parametrize("case", CASES)
def test_every_row_of_a_table_has_as_many_cells_as_its_header(case: str) -> None:
    for part in markdown_report(CASES[case]()).split("\n\n"):
        if part.startswith("|"):
            assert len({line.count("|") for line in part.splitlines()}) == 1


def test_a_model_is_cut_to_a_cell() -> None:
    assert len(markdown_report(hostile())) < 20_000


def test_figures_stand_beside_their_intervals() -> None:
    page = markdown_report(regressed())
    assert "| 84.0 % (77.3 to 89.0 %) | 150 of 150 | 92.4 % |" in page
    assert "| -8.3 points (-11.0 to -5.6 points) | p < 0.001 | >= 4.1 points |" in page


def test_a_first_run_has_no_columns_for_a_baseline() -> None:
    assert "| Could see |" not in markdown_report(no_baseline())


def test_hostile_words_read_as_they_were_written() -> None:
    html = GITHUB.render(words(HOSTILE))
    assert "[bold]markup[/bold] :smile: &lt;script&gt;" in html
