"""Bad input: one clear message that says where and what to do, and nothing is kept of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.acceptance.factories_cli import MANIFEST, a_project, an_endpoint, items_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.acceptance.command_line import Said
    from tests.acceptance.factories_cli import Project

NOWHERE = "http://127.0.0.1:9/v1"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Its endpoint does not exist: what is wrong must be found before anything is asked."""
    return a_project(tmp_path / "project", NOWHERE)


def assert_refused(said: Said, *parts: str, exit_code: int = 2) -> None:
    """One message, as a person reads it; boxes and line ends of the usage errors do not count."""
    assert said.exit_code == exit_code, said
    assert said.out == ""
    words = " ".join(re.sub(r"[│╭╮╰╯─]", " ", said.err).split())
    for part in parts:
        assert part in words, said


def refused(project: Project, *words: str, config: str | None = None) -> Said:
    """Run a command that must be refused, and see that the store knows nothing of it."""
    if config is not None:
        (project.folder / "evals.yaml").write_text(config)
    said = project.evals(*words)
    assert project.stored("SELECT count(*) FROM runs") in ([], [(0,)])
    return said


@pytest.mark.parametrize(
    ("config", "parts"),
    [
        (
            "endpoints:\n  sim: {model: x\nsuites: 3\n",
            ["this is not valid YAML", "(evals.yaml:3)", "Mend the line"],
        ),
        (
            "endpoints:\n  sim:\n    model: openai-api/s/m\n    base_ulr: http://h\n",
            [
                "the key 'base_ulr' is unknown (evals.yaml:4, field endpoints.sim.base_ulr)",
                "Did you mean base_url?",
            ],
        ),
        (
            "endpoints:\n  a: {model: openai/gpt-4o}\n",
            [
                "model 'openai/gpt-4o' is a floating alias",
                "(evals.yaml:2, field endpoints.a",
                "openai/gpt-4o-YYYY-MM-DD, such as gpt-4o-2024-08-06",
                "allow_alias: true",
            ],
        ),
        ("suites:\n  s:\n    epochs: 0\n    tasks: []\n", ["evals.yaml:", "field suites.s."]),
        (
            "suites: {s: {tasks: [{}]}}\n",
            ["a task asks a golden_set or a probe", "(evals.yaml:1, field suites.s.tasks.0"],
        ),
        ("- a\n- b\n", ["the file must hold keys with values (evals.yaml:1)"]),
        ("endpoints: {a: {model: nonsense}}\n", ["names no provider", "openai/nonsense"]),
        ("a: 1\na: 2\n", ["the key 'a' stands twice (evals.yaml:2)"]),
        ("endpoints: {a: {model: x/y, base_url: host}}", ["is no URL", "https://host/v1"]),
        (
            "endpoints: {a: {model: x/y, system_prompt_file: gone.txt}}",
            ["the system prompt of endpoint 'a' cannot be read from gone.txt: No such file"],
        ),
        ("\x00", ["evals.yaml"]),
    ],
    ids=[
        "broken-yaml",
        "unknown-key",
        "floating-alias",
        "no-tasks",
        "missing-key",
        "a-list",
        "no-provider",
        "twice",
        "no-url",
        "prompt-file",
        "binary",
    ],
)
def test_a_wrong_configuration_is_named_by_file_line_and_field(
    project: Project, config: str, parts: Sequence[str]
) -> None:
    assert_refused(refused(project, "config", "check", config=config), *parts)


def test_a_run_refuses_a_wrong_configuration_as_the_check_does(project: Project) -> None:
    said = refused(project, "run", config="endpoints:\n  sim: {modle: x}\n")
    assert_refused(said, "the key 'modle' is unknown", "(evals.yaml:2, field endpoints.sim.modle)")
    assert not (project.folder / "data").exists()


ITEM = '{"id": "a", "input": "1 + 1?", "target": "2"%s}\n'


@pytest.mark.parametrize(
    ("items", "parts"),
    [
        (ITEM % ', "scorer": "numbr"', ["'numbr'", "items.jsonl:1", "number"]),
        (ITEM % "" + ITEM % "", ["items.jsonl:2", "'a'"]),
        ("", ["items.jsonl", "the golden set is empty"]),
        (None, ["items.jsonl"]),
        (ITEM % "" + "{broken\n", ["items.jsonl:2"]),
        (ITEM % ', "tagz": []', ["items.jsonl:1", "tagz"]),
    ],
    ids=["unknown-scorer", "duplicate-id", "empty", "no-file", "broken-json", "unknown-field"],
)
def test_a_wrong_golden_set_is_named_by_file_line_and_field(
    project: Project, items: str | None, parts: Sequence[str]
) -> None:
    path = project.folder / "golden_sets" / "facts" / "items.jsonl"
    path.unlink() if items is None else path.write_text(items)
    assert_refused(refused(project, "run", "--suite", "facts"), *parts)
    assert not (project.folder / "data").exists()


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("run sym", ["there is no endpoint 'sym'", "Did you mean sim?", "Known: sim"]),
        ("run sim --suite fact", ["'fact'", "facts"]),
        (
            "run openai/gpt-4o --suite facts",
            ["floating alias", "endpoint openai/gpt-4o"],
        ),
        ("run --config gone.yaml", ["No such file or directory (gone.yaml)"]),
        ("config check --config gone.yaml", ["there is no gone.yaml", "config init"]),
        ("run -o nowhere/report.md", ["there is no folder nowhere", "Make it"]),
        ("run -o report.doc", ["report.doc", ".md, .html, .json, .xml, .txt"]),
        ("run --limit 0", ["--limit", "greater than or equal to 1"]),
        ("run --budget-usd 1", ["endpoint 'sim' has no price", "Add `price:"]),
        ("run --frobnicate", ["--frobnicate"]),
        ("runs show 2020", ["no run has the id '2020'", "evals runs list"]),
        ("runs resume 2020", ["no run has the id '2020'", "evals runs list"]),
        ("runs export 2020 -o x.csv", ["no run has the id '2020'"]),
        ("baseline show gone", ["no baseline is named 'gone'", "evals baseline list"]),
        ("baseline bless 2020 --name n --why w", ["no run has the id '2020'"]),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    project: Project, line: str, parts: Sequence[str]
) -> None:
    assert_refused(refused(project, *line.split()), *parts)


def test_a_missing_key_variable_is_named_and_never_its_value(project: Project) -> None:
    project.configure(endpoints={"sim": an_endpoint(NOWHERE, api_key_env="KEY_OF_SIM")})
    said = refused(project, "run")
    assert_refused(said, "the variable KEY_OF_SIM", "is not set", "export KEY_OF_SIM=...")


@pytest.mark.parametrize(
    ("suite", "parts"),
    [
        ({"policy": "strict"}, ["there is no policy 'strict'", "coarse"]),
        ({"judge": "nobody"}, ["there is no endpoint 'nobody'", "sim"]),
    ],
)
def test_a_suite_that_names_what_is_not_there_is_refused(
    project: Project, suite: dict[str, Any], parts: Sequence[str]
) -> None:
    project.configure(suites={"facts": {"tasks": [{"golden_set": "facts"}], **suite}})
    assert_refused(refused(project, "run"), *parts)


def test_code_of_a_model_is_not_run_unless_the_suite_says_where(project: Project) -> None:
    said = refused(project, "run", "--suite", "code-small")
    assert_refused(said, "sandbox")
    assert not (project.folder / "data").exists()


def test_a_judged_item_without_a_judge_is_refused(project: Project) -> None:
    manifest = yaml.safe_load(MANIFEST) | {"scorer": {"type": "judge", "rubric": "It is polite."}}
    golden_set = project.folder / "golden_sets" / "facts"
    (golden_set / "manifest.yaml").write_text(yaml.safe_dump(manifest))
    (golden_set / "items.jsonl").write_text(items_text(3))
    said = refused(project, "run")
    assert_refused(said, "item 'sum-00' is judged by a model", "Add `judge: <endpoint>`")
