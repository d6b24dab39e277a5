"""docs/alerting.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evals.condition import ConditionKind
from evals.policy import Policy
from service.alerting.delivery import FAILING_AFTER, MOST_ATTEMPTS
from service.alerting.policy import DEFAULT
from service.cli.alerts import app
from service.scheduler.confirming import ASK_AGAIN_AFTER

TEXT = (Path(__file__).parents[3] / "docs/alerting.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", list(ConditionKind))
def test_every_condition_has_its_line_and_its_number_of_good_checks(kind: ConditionKind) -> None:
    (line,) = re.findall(rf"^\| `{kind}` \|.*\| (\d)(?: in a row)? \|$", TEXT, re.MULTILINE)
    assert int(line) == DEFAULT.good_checks(kind)


def test_the_thresholds_are_those_of_the_code() -> None:
    assert f"`page_at_points` ({Policy().page_at_points:g})" in TEXT
    assert f"fails {FAILING_AFTER} times at one" in TEXT
    assert f"{MOST_ATTEMPTS} attempts" in TEXT
    assert f"{ASK_AGAIN_AFTER.total_seconds() / 3600:g} hours after it ended" in TEXT
    assert f"within {DEFAULT.confirm_within.total_seconds() / 3600:g} hours" in TEXT


def test_every_command_is_there() -> None:
    commands = {
        one.name or one.callback.__name__ for one in app.registered_commands if one.callback
    }
    assert set(re.findall(r"^    evals alerts (\w+)", TEXT, re.MULTILINE)) <= commands
