from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from evals.golden.importing.promptfoo import promptfoo_rows
from evals.golden.importing.promptfoo_asserts import AssertError, scoring_of
from evals.golden.importing.source import ImportLog, ImportSource
from evals.golden_set import ScorerSpec
from evals.scorers.registry import known_scorers, scorer_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RIGHT = {"type": "icontains", "value": "2"}


def rows(folder: Path, **config: Any) -> tuple[list[Mapping[str, Any]], ImportLog]:
    file, log = folder / "promptfoo.yaml", ImportLog()
    file.write_text(yaml.safe_dump(config, sort_keys=False))
    found = list(promptfoo_rows(ImportSource(location=str(file)), log))
    return [row.document for row in found], log


def one(folder: Path, **test: Any) -> tuple[list[Mapping[str, Any]], list[str]]:
    found, log = rows(folder, prompts=["{{q}}"], tests=[{"assert": [RIGHT], **test}])
    return found, problems(log)


def problems(log: ImportLog) -> list[str]:
    try:
        log.problems.raise_any("problems")
    except Exception as error:  # noqa: BLE001  the text is what is looked at
        return str(error).splitlines()
    return []


def test_tests_times_prompts_times_lists_of_values(tmp_path: Path) -> None:
    tests = [{"vars": {"q": ["a", "b"]}, "assert": [RIGHT]}]
    found, log = rows(tmp_path, prompts=["Q: {{q}}", "{{ q }}?"], tests=tests, providers=["x:y"])
    assert [row["input"] for row in found] == ["Q: a", "Q: b", "a?", "b?"]
    assert list(log.ignored) == ["providers"]


def test_a_chat_prompt_keeps_its_turns_whatever_a_value_holds(tmp_path: Path) -> None:
    chat = '[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "{{q}}"}]'
    tests = [{"vars": {"q": 'say "hi"'}, "assert": [RIGHT]}]
    found, _ = rows(tmp_path, prompts=[chat], tests=tests)
    assert found[0]["input"][1] == {"role": "user", "content": 'say "hi"'}


def test_values_are_never_templates(tmp_path: Path) -> None:
    found, _ = one(tmp_path, vars={"q": "{{ 7 * 7 }}"})
    assert found[0]["input"] == "{{ 7 * 7 }}"


def test_defaults_reach_every_test(tmp_path: Path) -> None:
    default = {"vars": {"q": "x", "unit": "km"}, "assert": [RIGHT]}
    tests = [{"vars": {"q": "y"}, "description": "far"}]
    found, _ = rows(tmp_path, prompts="{{q}} {{unit}}", defaultTest=default, tests=tests)
    assert (found[0]["input"], found[0]["target"], found[0]["notes"]) == ("y km", ["2"], "far")


def test_a_prompt_file_beside_the_configuration_is_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("One {{q}}\n---\nTwo {{q}}\n")
    tests = [{"vars": {"q": "a"}, "assert": [RIGHT]}]
    found, _ = rows(tmp_path, prompts=["file://p.txt"], tests=tests)
    assert [row["input"] for row in found] == ["One a", "Two a"]


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "prompt.py", "gone.txt"])
def test_no_other_file_is_read_or_run(tmp_path: Path, name: str) -> None:
    (tmp_path / "prompt.py").write_text("raise SystemExit")
    _, log = rows(tmp_path, prompts=[f"file://{name}"], tests=[{"assert": [RIGHT]}])
    assert "field prompts" in problems(log)[0]


@pytest.mark.parametrize(
    ("test", "part"),
    [
        ({"vars": {"q": "a"}, "assert": [{"type": "javascript", "value": "1"}]}, "'javascript'"),
        ({"vars": {"q": "a"}, "assert": [{**RIGHT, "transform": "x"}]}, "'transform'"),
        ({"vars": {"q": "a"}, "assert": []}, "no assertion says"),
        ({"vars": {"q": "a"}, "assert": [RIGHT, {"type": "equals", "value": 2}]}, "one scorer"),
        ({"vars": {"q": "a"}, "assert": [{**RIGHT, "value": "file://x"}]}, "refers to a file"),
        ({"vars": {"q": "a"}, "assert": [{**RIGHT, "value": "{{x}}"}]}, "'x' has no value"),
        ({"vars": {"q": "a"}, "options": {"transform": "x"}}, "'options'"),
        ({"vars": {}}, "variable 'q' has no value"),
        ({"vars": {"q": {"a": 1}}}, "neither text nor a number"),
        ({"vars": {"q": "file://x.py"}}, "refers to a file"),
        ({"vars": ["q"]}, "not a plain one"),
    ],
)
def test_what_has_no_counterpart_is_listed_with_its_line(
    tmp_path: Path, test: dict[str, Any], part: str
) -> None:
    found, said = one(tmp_path, **test)
    assert found == []
    assert part in said[0]
    assert "promptfoo.yaml:4" in said[0]


@pytest.mark.parametrize("prompt", ["{{ q | upper }}", "{% if q %}x{% endif %}", "{{ q.a }}"])
def test_template_code_is_refused(tmp_path: Path, prompt: str) -> None:
    tests = [{"vars": {"q": "a"}, "assert": [RIGHT]}]
    _, log = rows(tmp_path, prompts=[prompt], tests=tests)
    assert "is template code" in problems(log)[0]


def test_tests_in_another_file_and_scenarios_are_refused(tmp_path: Path) -> None:
    _, log = rows(tmp_path, prompts=["{{q}}"], tests="file://tests.csv", scenarios=[])
    assert ["scenarios" in line or "tests" in line for line in problems(log)[1:]] == [True, True]


@pytest.mark.parametrize(
    ("assertion", "scorer", "targets"),
    [
        ({"type": "equals", "value": 4}, "exact", "4"),
        ({"type": "equals", "value": {"a": 1}}, "json_fields", '{"a": 1}'),
        ({"type": "contains", "value": "a, b"}, "contains_all", ["a, b"]),
        ({"type": "icontains", "value": "a"}, "contains_all", ["a"]),
        ({"type": "contains-all", "value": ["a", "b"]}, "contains_all", ["a", "b"]),
        ({"type": "contains-any", "value": "a, b"}, "contains_any", ["a", "b"]),
        ({"type": "regex", "value": "^a"}, "regex", None),
        ({"type": "is-json", "value": {"type": "object"}}, "json_fields", None),
        ({"type": "similar", "value": "a", "threshold": 0.7}, "semantic", ["a"]),
        ({"type": "llm-rubric", "value": "polite", "weight": 2}, "judge", None),
    ],
)
def test_an_assertion_becomes_the_scorer_that_means_the_same(
    assertion: dict[str, Any], scorer: str, targets: object
) -> None:
    scoring = scoring_of([assertion])
    assert (scoring["scorer"]["type"], scoring.get("target")) == (scorer, targets)
    assert scorer in known_scorers()
    name, options = scoring["scorer"].pop("type"), scoring["scorer"]
    scorer_for(ScorerSpec(name=name, options=options))


def test_several_contains_are_one_contains_all() -> None:
    scoring = scoring_of([{"type": "contains", "value": word} for word in "ab"])
    assert scoring["target"] == ["a", "b"]
    assert scoring["scorer"]["case_sensitive"] is True


def test_contains_with_and_without_case_do_not_mix() -> None:
    with pytest.raises(AssertError, match="more than one scorer"):
        scoring_of([RIGHT, {"type": "contains", "value": "a"}])
