"""Escaping: every Python string survives a database that knows UTF-8 without NUL."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.db.types import escape, unescape

ANY_TEXT = st.text(st.characters(exclude_categories=()))
TROUBLE = st.text(st.sampled_from("\x00\ud800\udfff\ue0000041ae"))


@given(ANY_TEXT | TROUBLE)
def test_any_text_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text


@given(ANY_TEXT | TROUBLE)
def test_what_is_stored_is_utf_8_without_nul(text: str) -> None:
    assert b"\x00" not in escape(text).encode("utf-8")


@given(TROUBLE, TROUBLE)
def test_two_texts_are_never_stored_alike(one: str, other: str) -> None:
    assert (escape(one) == escape(other)) == (one == other)


def test_ordinary_text_is_stored_as_it_is() -> None:
    assert escape("Grüße, 世界 🦉\n") == "Grüße, 世界 🦉\n"
