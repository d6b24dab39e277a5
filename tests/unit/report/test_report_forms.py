from __future__ import annotations

import pytest

from evals.report.forms import ReportFormError, check_form, report_as
from tests.unit.report.factories_report import make_report


@pytest.mark.parametrize(
    ("file_name", "start"),
    [
        ("r.md", "## ✓ OK"),
        ("R.HTML", "<!doctype html>"),
        ("r.json", "{"),
        ("r.junit.xml", "<?xml"),
        ("r.txt", "✓ OK"),
    ],
)
def test_a_file_name_chooses_the_form(file_name: str, start: str) -> None:
    assert report_as(make_report(), file_name).startswith(start)


def test_a_name_that_says_nothing_is_refused_with_what_to_write() -> None:
    with pytest.raises(ReportFormError, match=r"report\.pdf.*\.junit\.xml"):
        check_form("report.pdf")
