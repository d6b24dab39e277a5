from __future__ import annotations

import pytest
from pydantic import ValidationError

from evals.config import parse_config
from evals.errors import ConfigError
from evals.policy import Policy, Series, Tier

FLEET = """
endpoints:
  a: {model: ollama/x}
  b: {model: ollama/y}
suites:
  weekly: {tasks: [{golden_set: faq}, {golden_set: rules}]}
policies:
  stated: {series: 100}
"""


def test_a_run_shares_the_budget_with_the_whole_fleet() -> None:
    policy = parse_config(FLEET).policy("default")
    assert policy.series == 2 * 2 * 4
    assert policy.alpha(4) == 1 / (52 * 16)


def test_a_fleet_that_is_stated_counts_rather_than_what_the_file_watches() -> None:
    assert parse_config(FLEET).policy("stated").alpha(3) == 1 / 5200


def test_a_run_larger_than_the_fleet_counts_its_own_series() -> None:
    assert Policy(series=3).alpha(30) == 1 / (52 * 30)


def test_without_a_fleet_a_run_shares_with_itself() -> None:
    assert parse_config("{}").policy("default") == Policy()


def test_another_size_of_fleet_is_another_policy() -> None:
    assert Policy(series=3).digest != Policy(series=6).digest


def test_a_tier_of_a_series_wins_over_that_of_its_task() -> None:
    policy = Policy(tiers={"faq": Tier.ADVISORY, "faq/accuracy": Tier.CRITICAL})
    assert policy.tier("faq", Series.ACCURACY) is Tier.CRITICAL
    assert policy.tier("faq", Series.STATES) is Tier.ADVISORY
    assert policy.tier("rules", Series.STATES) is Tier.CRITICAL


def test_a_tier_for_a_view_that_no_suite_asks_is_refused_with_those_there_are() -> None:
    written = "policies:\n  default:\n    tiers: {pushback/%s: advisory}\n"
    for known in ("D2", "D2/answers", "answers", "ladder"):
        parse_config(written % known)
    with pytest.raises(ConfigError, match=r"evals.yaml:3.*pushback/held, .*pushback/D2") as error:
        parse_config(written % "D22")
    assert "'pushback/D22'" in str(error.value)


def test_a_tier_for_a_series_of_a_view_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="TASK/accuracy"):
        Policy(tiers={"pushback/D2/latency": Tier.ADVISORY})


def test_the_guard_that_a_suite_with_a_judge_gets_by_itself_is_in_the_budget() -> None:
    judged = FLEET.replace("{golden_set: rules}]", "{golden_set: rules}], judge: a")
    assert parse_config(judged).series == 2 * (2 + 1) * 4
    asked = judged.replace("{golden_set: rules}]", "{golden_set: rules}, {probe: judge}]")
    assert parse_config(asked).series == 2 * (2 + 1) * 4


def test_a_tier_for_a_series_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="TASK/accuracy"):
        Policy(tiers={"faq/latency": Tier.ADVISORY})
