"""The swap on a screen."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from evals.swap import print_swap, swap_text
from tests.unit.swap.factories_swap import CASES, answered, items, swapped


def test_many_tags_give_way_to_one_screen_and_the_worst_are_kept() -> None:
    asked = [item for n in range(40) for item in items(5 * n + 5, tags=(f"tag-{n}",))[5 * n :]]
    text = swap_text(swapped(answered(asked), answered(asked, range(100, 105)), asked), height=24)
    assert len(text.splitlines()) <= 24
    assert "tag-20" in text
    assert "more tags" in text


def test_a_console_that_knows_ascii_only_gets_ascii() -> None:
    file = _Ascii()
    print_swap(CASES["two_tasks"](), Console(file=file, width=80))
    assert file.getvalue().isascii()
    assert file.getvalue().startswith("x NOT SAFE: [bold]e|vil*")


class _Ascii(StringIO):
    encoding = "ascii"
