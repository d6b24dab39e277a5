"""The swap on a screen."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from evals.swap import print_swap, swap_markdown, swap_text
from tests.factories import an_item
from tests.unit.swap.factories_swap import CASES, answered, swapped


def test_many_tags_give_way_to_one_screen_and_the_worst_are_kept() -> None:
    asked = [an_item(n, tags=(f"tag-{n // 20}",)) for n in range(800)]
    text = swap_text(swapped(answered(asked), answered(asked, range(400, 420)), asked), height=24)
    assert len(text.splitlines()) <= 24
    assert "tag-20" in text
    assert "more tags" in text


def test_a_tag_of_few_items_is_counted_and_not_shown() -> None:
    asked = [an_item(n, tags=("many" if n < 20 else "rare",)) for n in range(39)]
    swap = swapped(answered(asked), answered(asked), asked)
    for text in (swap_text(swap), swap_markdown(swap)):
        assert "many" in text
        assert "rare" not in text
        assert text.count("1 tag with fewer than 20 items is not shown") == 1


def test_a_console_that_knows_ascii_only_gets_ascii() -> None:
    file = _Ascii()
    print_swap(CASES["two_tasks"](), Console(file=file, width=80))
    assert file.getvalue().isascii()
    assert file.getvalue().startswith("x NOT SAFE: [bold]e|vil*")


class _Ascii(StringIO):
    encoding = "ascii"
