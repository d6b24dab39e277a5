"""The commands beside `evals run`: golden sets, the configuration, the database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from tests.acceptance.factories_cli import a_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.factories_cli import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return a_project(tmp_path / "project")


def test_the_shipped_golden_sets_are_listed_and_as_they_were_published(project: Project) -> None:
    listed = project.evals("golden", "list")
    checked = project.evals("golden", "check", "arithmetic", "support-faq")
    assert "facts" in listed.out
    assert "support-faq" in listed.out
    assert (checked.exit_code, checked.out.count("ok  ")) == (0, 2)


def test_a_table_becomes_a_golden_set_that_can_be_run(project: Project) -> None:
    (project.folder / "sums.csv").write_text("input,target\n1 + 1?,2\n2 + 2?,4\n")
    imported = project.evals("golden", "import", "sums.csv", "--name", "sums", "--scorer", "number")
    assert imported.exit_code == 0, imported
    dry = project.evals("run", "--suite", "sums", "--dry-run")
    assert dry.exit_code == 0, dry
    assert "sums                          2 calls" in dry.out
    digest = project.evals("golden", "digest", "sums").out
    assert digest.split()[1] == "sums@1.0.0"


def test_a_broken_table_leaves_no_half_imported_set(project: Project) -> None:
    (project.folder / "sums.jsonl").write_text('{"input": "1 + 1?", "target": "2"}\n{"inp')
    said = project.evals("golden", "import", "sums.jsonl", "--name", "sums")
    assert said.exit_code == 2
    assert "sums.jsonl:2" in said.err
    assert [p.name for p in (project.folder / "golden_sets").iterdir()] == ["facts"]


def test_a_starter_configuration_is_right_and_never_overwrites(project: Project) -> None:
    (project.folder / "evals.yaml").unlink()
    assert project.evals("config", "init").out.startswith("Wrote evals.yaml. Next: evals run ")
    told = project.evals("config", "check").out
    assert told.startswith("evals.yaml is right; endpoints: 1, suites: 1.\n")
    before = (project.folder / "evals.yaml").read_text()
    again = project.evals("config", "init")
    assert (again.exit_code, (project.folder / "evals.yaml").read_text()) == (2, before)
    assert "evals.yaml is there already" in again.err
    dry = project.evals("run", "--dry-run")
    assert dry.exit_code == 0, dry
    assert "cost" in dry.out


def test_a_check_finds_a_golden_set_that_is_not_there(project: Project) -> None:
    project.configure(suites={"weekly": {"tasks": [{"golden_set": "fact"}]}})
    said = project.evals("config", "check")
    assert said.exit_code == 2
    assert "'fact'" in said.err


def test_the_schema_accepts_what_the_check_accepts(project: Project) -> None:
    schema = project.evals("config", "schema").document
    document = yaml.safe_load((project.folder / "evals.yaml").read_text())
    jsonschema.validate(document, schema)
    with pytest.raises(jsonschema.ValidationError, match="modle"):
        jsonschema.validate({"endpoints": {"a": {"modle": "x/y"}}}, schema)


def test_a_database_is_built_once_and_then_fits(project: Project) -> None:
    assert "is empty" in project.evals("db", "check").out
    built = project.evals("db", "upgrade")
    assert "The schema was built at " in built.out
    assert str(project.folder / "data" / "pinwatch.db") in built.out
    again = project.evals("db", "upgrade")
    assert (again.exit_code, "already" in again.out) == (0, True)
    checked = json.loads(project.evals("db", "check", "--json").out)
    assert (checked["state"], checked["version"]) == ("current", checked["newest"])
