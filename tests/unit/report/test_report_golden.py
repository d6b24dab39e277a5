"""Every form of every case, against files that a person has read.

After a wanted change: delete the files under ``golden/``, run this once (it writes what is missing
and fails), read the difference, commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.report.document import json_report
from evals.report.html import html_report
from evals.report.junit import junit_report
from evals.report.markdown import markdown_report
from evals.report.text import text_report
from tests.unit.report.factories_cases import CASES

GOLDEN = Path(__file__).parent / "golden"
FORMS = {
    "md": markdown_report,
    "html": html_report,
    "json": json_report,
    "junit.xml": junit_report,
}
SCREENS = ((80, 24), (100, 40), (140, 40))


def assert_golden(path: Path, text: str) -> None:
    if not path.exists():
        path.write_text(text, encoding="utf-8", newline="")
        pytest.fail(f"{path.name} was missing and is written now; read it, then run again")
    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES)
def test_a_form_is_what_was_read_and_agreed(case: str, form: str) -> None:
    text = FORMS[form](CASES[case]())
    if form == "json" and case == "hostile":
        text = text.replace("x" * 1_000_000, "(a million x)")
    assert_golden(GOLDEN / f"{case}.{form}", text)


@pytest.mark.parametrize("screen", SCREENS, ids=str)
@pytest.mark.parametrize("case", CASES)
def test_a_screen_is_what_was_read_and_agreed(case: str, screen: tuple[int, int]) -> None:
    width, height = screen
    text = text_report(CASES[case](), width=width, height=height)
    assert_golden(GOLDEN / f"{case}.{width}.txt", text)
