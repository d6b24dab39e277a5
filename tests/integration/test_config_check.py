"""`evals config check`: what a run would refuse is refused here, without an endpoint to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from typer.testing import CliRunner

from evals.errors import EvalsError
from service.cli.config import app

if TYPE_CHECKING:
    from pathlib import Path

ITEM = '{"id": "a", "input": "1 + 1?", "target": "2"}\n'
CODE = """\
name: code
version: "1.0.0"
scorer: {type: code_tests, entry: f, tests: ["assert f() == 1"]}
"""
CODE_ITEM = '{"id": "c", "input": "Write f.", "target": "def f(): return 1"}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVALS_CONFIG", raising=False)
    manifest = 'name: {}\nversion: "1.0.0"\nscorer: {{type: {}}}\n'
    for name, text, item in (
        ("sums", manifest.format("sums", "exact"), ITEM),
        ("judged", manifest.format("judged", "judge, rubric: Be kind."), ITEM),
        ("code", CODE, CODE_ITEM),
    ):
        golden_set = tmp_path / "golden_sets" / name
        golden_set.mkdir(parents=True)
        (golden_set / "manifest.yaml").write_text(text)
        (golden_set / "items.jsonl").write_text(item)
    return tmp_path


def checked(folder: Path, suite: dict[str, Any], **sections: Any) -> str:
    """Check a configuration with one suite; return what was printed."""
    suite = {"tasks": [{"golden_set": "sums"}], **suite}
    (folder / "evals.yaml").write_text(yaml.safe_dump({"suites": {"s": suite}, **sections}))
    result = CliRunner().invoke(app, ["check"])
    if result.exception is not None:
        raise result.exception
    return result.output


def test_a_right_configuration_is_right(folder: Path) -> None:
    said = checked(folder, {})
    assert said.startswith("evals.yaml is right; endpoints: 0, suites: 1.\nNo endpoint to watch")
    assert "is right" in checked(folder, {}, golden_sets=["golden_sets"])


@pytest.mark.parametrize(
    ("suite", "sections", "sentence"),
    [
        ({"judge": "nobody"}, {}, "there is no endpoint 'nobody'"),
        ({"tasks": [{"golden_set": "judged"}]}, {}, "suite 's' names no judge"),
        ({"tasks": [{"golden_set": "sums", "version": "9.9"}]}, {}, r"9\.9"),
        ({"tasks": [{"golden_set": "code"}]}, {}, "runs model-written code"),
        ({"policy": "strict"}, {}, "no policy 'strict'.*Known: default"),
        ({}, {"golden_sets": ["nowhere"]}, "there is no folder nowhere"),
    ],
)
def test_nonsense_is_refused_as_a_run_would(
    folder: Path, suite: dict[str, Any], sections: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(EvalsError, match=sentence) as refused:
        checked(folder, suite, **sections)
    if "golden_sets" not in sections:
        assert refused.value.__notes__ == ["Found in suite 's' of evals.yaml."]


def test_the_problems_of_all_suites_are_told_at_once(folder: Path) -> None:
    lost = {"tasks": [{"golden_set": "lost"}]}
    with pytest.raises(EvalsError, match=r"2 problems(.|\n)*suite 's'(.|\n)*suite 't'"):
        checked(folder, {"policy": "strict"}, suites={"s": lost, "t": lost})


@pytest.mark.parametrize(
    ("granted", "warned"), [(frozenset({"network"}), False), (frozenset[str](), True)]
)
def test_code_that_could_reach_the_network_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, granted: frozenset[str], *, warned: bool
) -> None:
    monkeypatch.setattr("evals.scorers.sandbox.granted_isolation", lambda: granted)
    said = checked(folder, {"tasks": [{"golden_set": "code"}], "sandbox": "subprocess"})
    warning = "Suite 's': model-written code runs without network isolation here.\n"
    assert (warning in said) is warned


def test_variables_that_are_named_and_not_set_are_told_by_their_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEAM_WEBHOOK", raising=False)
    monkeypatch.delenv("PROD_KEY", raising=False)
    monkeypatch.setenv("PING_URL", "https://ping.example/a-secret")
    sections = {
        "endpoints": {"prod": {"model": "openai/gpt-4o-2024-08-06", "api_key_env": "PROD_KEY"}},
        "alerts": {"channels": {"team": {"webhook": {"url_env": "TEAM_WEBHOOK"}}}},
        "ping": {"url_env": "PING_URL"},
    }
    told = checked(folder, {}, **sections)
    assert told.endswith("Not set here: PROD_KEY (endpoint prod), TEAM_WEBHOOK (channel team).\n")
    monkeypatch.setenv("TEAM_WEBHOOK", "https://chat.example/a-secret")
    monkeypatch.setenv("PROD_KEY", "a-secret")
    assert "Not set" not in checked(folder, {}, **sections)
