from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from evals.report.html import html_report
from tests.unit.report.factories_cases import CASES
from tests.unit.report.factories_hostile import hostile
from tests.unit.report.factories_moved import regressed
from tests.unit.report.factories_unmeasured import no_baseline

VOID = {"meta", "line", "circle", "br"}
ALLOWED = re.findall(
    r"\w+",
    "html head meta title style body main header p span h1 h2 h3 h4 ul li dl dt dd div section"
    "  figure figcaption table thead tbody tr th td small code bdi article footer"
    "  svg desc g text line circle",
)


class Outline(HTMLParser):
    """Collects elements and attributes, and insists that they nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    assert not found.open
    return found


@pytest.mark.parametrize("case", CASES)
def test_every_page_nests_and_holds_no_other_element(case: str) -> None:
    found = outline(html_report(CASES[case]()))
    assert found.tags <= set(ALLOWED)
    assert not {name for name in found.attributes if name.startswith("on")}
    assert not found.attributes & {"src", "href", "style"}


@pytest.mark.parametrize("case", CASES)
def test_no_page_asks_for_anything(case: str) -> None:
    page = html_report(CASES[case]())
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_a_script_in_an_answer_is_text() -> None:
    page = html_report(hostile())
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_no_control_character_reaches_the_page() -> None:
    page = html_report(hostile())
    assert not {c for c in page if ord(c) < 32 and c != "\n"}
    assert "\u202e" not in page


def test_answers_are_set_apart_from_the_direction_of_their_letters() -> None:
    assert html_report(hostile()).count("<bdi") >= 6


def test_a_megabyte_is_cut() -> None:
    assert len(html_report(hostile())) < 60_000


def test_light_and_dark_come_from_the_reader() -> None:
    assert "prefers-color-scheme: dark" in html_report(regressed())


def test_a_first_run_has_no_columns_for_a_baseline() -> None:
    page = html_report(no_baseline())
    assert "Could see" not in page
    assert "no baseline yet" in page


def test_every_cell_is_labelled_for_narrow_screens() -> None:
    page = html_report(regressed())
    cells = re.findall(r"<td[^>]*>", page)
    assert cells
    assert all("data-label" in cell for cell in cells)
