from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from evals.report.safe_text import EMPTY, block, one_line, pair, visible
from tests.unit.report.factories_hostile import BIG, HOSTILE

ANY_TEXT = st.text(st.characters(), max_size=200)


@given(ANY_TEXT)
def test_nothing_visible_moves_a_cursor_or_turns_a_line(text: str) -> None:
    shown = visible(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(shown) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
    )
    shown.encode()


@given(ANY_TEXT, st.integers(8, 60))
def test_one_line_is_never_wider_than_asked(text: str, cells: int) -> None:
    assert cell_len(one_line(text, cells)) <= max(cells, len(EMPTY))


@given(ANY_TEXT, ANY_TEXT, st.integers(20, 80))
def test_a_pair_is_never_wider_than_asked(before: str, after: str, cells: int) -> None:
    assert sum(map(cell_len, pair(before, after, cells))) <= cells


@given(ANY_TEXT)
def test_visible_text_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_what_was_added_at_the_end_of_a_long_answer_stays_in_sight() -> None:
    before, after = pair("a" * 500 + " 30 days.", "a" * 500 + " 14 days.", 60)
    assert "30 days" in before
    assert "14 days" in after


def test_a_megabyte_is_cut_before_it_is_read() -> None:
    assert len(block(BIG, 100)) < 1000
    assert len(one_line(BIG, 40)) <= 40


def test_escapes_are_shown_rather_than_dropped() -> None:
    assert "\\x1b[31m" in visible(HOSTILE)
    assert "\\x00" in visible(HOSTILE)
    assert "\\u202e" in visible(HOSTILE)


def test_emoji_and_accents_are_left_alone() -> None:
    assert visible("naïve 👩\u200d🔬 שלום") == "naïve 👩\u200d🔬 שלום"
