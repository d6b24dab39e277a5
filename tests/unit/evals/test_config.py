from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from evals.config import json_schema, load_config, parse_config
from evals.config_problems import ConfigProblemsError
from evals.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
endpoints:
  gpt:
    model: openai/gpt-4o-2024-08-06
    parameters: {temperature: 0}
suites:
  weekly:
    tasks:
      - golden_set: support-faq
"""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD.replace("parameters:", "parametrs:"), r"evals.yaml:4, field endpoints.gpt.parametrs"),
        (GOOD.replace("temperature: 0", "temprature: 0"), r"Did you mean temperature\?"),
        (GOOD.replace("model:", "modle:"), r"^the key 'modle' is unknown \(evals.yaml:3"),
        ("suites:\n  s: {tasks: []}\n", r"the list 'tasks' is empty \(evals.yaml:2"),
        (GOOD.replace("golden_set:", "golden:"), r"evals.yaml:8, field suites.weekly.tasks.0"),
        (GOOD.replace("openai/gpt-4o-2024-08-06", "openai/gpt-4o"), r"evals.yaml:2, .*gpt"),
        ("endpoints: {a: {model: x", r"not valid YAML.*evals.yaml:1"),
        ("endpoints:\n  a: {model: o/x}\n  a: {model: o/y}\n", r"'a' stands twice.*:3"),
        ("a: !!python/object:os.system {}", r"not valid YAML"),
        ("- 1\n", r"must hold keys with values \(evals.yaml:1\)"),
        ("a: 2026-02-31\n", r"not valid YAML"),
        ("? [1]\n: 2\n", r"not valid YAML"),
        ("[" * 4000, r"not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        parse_config(text)


def test_all_mistakes_are_told_in_the_order_of_their_lines() -> None:
    text = GOOD.replace("temperature: 0", "temprature: 0").replace("tasks:", "taks:")
    with pytest.raises(ConfigProblemsError) as refused:
        parse_config(text + "policys: {}\n")
    first, *places = str(refused.value).splitlines()
    assert first == "evals.yaml has 3 problems:"
    assert [re.findall(r"evals.yaml:(\d+)", place) for place in places] == [["4"], ["7"], ["9"]]
    assert "Did you mean tasks?" in places[1]


def test_a_suite_asks_each_golden_set_once() -> None:
    twice = GOOD + "      - golden_set: support-faq@1.0.0\n"
    with pytest.raises(ConfigError, match=r"'support-faq' is named twice.*evals.yaml"):
        parse_config(twice)


def test_an_empty_file_is_an_empty_configuration() -> None:
    assert parse_config("").endpoints == {}


def test_the_default_policy_always_exists() -> None:
    assert parse_config(GOOD).policy("default").false_pages_per_year == 1.0


def test_an_unknown_policy_lists_what_there_is() -> None:
    with pytest.raises(ConfigError, match=r"no policy 'strict'.*Known: .*default"):
        parse_config(GOOD).policy("strict")


def test_a_system_prompt_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("Be brief.")
    (tmp_path / "evals.yaml").write_text(
        "endpoints:\n  a:\n    model: ollama/x\n    system_prompt_file: prompt.txt\n"
    )
    assert load_config(tmp_path / "evals.yaml").endpoints["a"].system_prompt == "Be brief."


def test_a_missing_system_prompt_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "evals.yaml").write_text(
        "endpoints:\n  a:\n    model: ollama/x\n    system_prompt_file: gone.txt\n"
    )
    with pytest.raises(ConfigError, match=r"gone\.txt"):
        load_config(tmp_path / "evals.yaml")


def test_the_published_schema_is_the_one_in_force(repository: Path) -> None:
    published = json.loads((repository / "docs" / "evals.schema.json").read_text())
    assert published == json_schema()
