from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from evals.report.junit import junit_report
from evals.verdict import VerdictKind
from tests.unit.report.factories_cases import CASES
from tests.unit.report.factories_report import make_report, make_verdict


def suite_of(case: str) -> ET.Element:
    root = ET.fromstring(junit_report(CASES[case]()).encode())  # noqa: S314 - our own output
    suite = root.find("testsuite")
    assert suite is not None
    return suite


def outcomes(suite: ET.Element) -> dict[str, str]:
    found = {}
    for case in suite.findall("testcase"):
        tags = [child.tag for child in case if child.tag != "system-out"]
        found[case.attrib["name"]] = tags[0] if tags else "passed"
    return found


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        ("ok", "passed"),
        ("improved", "passed"),
        ("regressed", "failure"),
        ("changed", "failure"),
        ("storm", "error"),
        ("no_baseline", "skipped"),
        ("blind", "skipped"),
        ("hostile", "failure"),
    ],
)
def test_a_task_ends_as_its_verdict_says(case: str, outcome: str) -> None:
    assert outcomes(suite_of(case)) == {"support-faq": outcome}


def test_a_broken_pin_fails_though_every_task_is_ok() -> None:
    assert outcomes(suite_of("pin_broken")) == {"support-faq": "passed", "run": "failure"}


def test_a_stopped_run_is_an_error_though_no_task_was_judged() -> None:
    verdict = make_verdict(VerdictKind.INVALID, "the budget was used up", tasks=())
    root = ET.fromstring(junit_report(make_report(verdict=verdict)))  # noqa: S314 - our own output
    assert root.attrib["errors"] == "1"
    assert root.find(".//error[@message='invalid: the budget was used up']") is not None


@pytest.mark.parametrize("case", CASES)
def test_the_counts_add_up(case: str) -> None:
    suite = suite_of(case)
    found = list(outcomes(suite).values())
    assert int(suite.attrib["tests"]) == len(found)
    assert int(suite.attrib["failures"]) == found.count("failure")
    assert int(suite.attrib["errors"]) == found.count("error")
    assert int(suite.attrib["skipped"]) == found.count("skipped")


def test_a_skip_says_why() -> None:
    skipped = suite_of("blind").find(".//skipped")
    assert skipped is not None
    assert "nothing short of a collapse" in skipped.attrib["message"]


def test_control_characters_do_not_break_the_file() -> None:
    model = suite_of("hostile").find(".//property[@name='model']")
    assert model is not None
    assert "\\x1b[31mred" in model.attrib["value"]
