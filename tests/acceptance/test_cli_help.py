"""What the command line says of itself, and how little it loads to say it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.factories_cli import EVALS, a_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.factories_cli import Project

NOUNS = {
    "runs": ("list", "show", "resume", "rescore", "export"),
    "baseline": ("build", "bless", "list", "show"),
    "golden": ("list", "check", "digest", "diff", "import", "export", "publish"),
    "config": ("init", "check", "schema"),
    "db": ("upgrade", "check"),
}
VERBS = ("run", "simulate", "local-model", "demo")
HEAVY = ("inspect_ai", "sqlalchemy", "numpy", "pydantic")
STATISTICS = ("inspect_ai", "numpy", "scipy")


@pytest.fixture
def anywhere(tmp_path: Path) -> Project:
    return a_project(tmp_path / "project")


@pytest.mark.parametrize(("typed", "hint"), [("runn", "Did you mean 'run'?"), ("xyz", "Known: ")])
def test_a_mistyped_command_is_answered_with_the_nearest(
    anywhere: Project, typed: str, hint: str
) -> None:
    said = anywhere.evals(typed)
    assert said.exit_code == 2
    assert hint in said.err


def test_help_names_every_command(anywhere: Project) -> None:
    said = anywhere.evals("--help")
    assert said.exit_code == 0
    assert all(f" {command} " in said.out for command in (*NOUNS, *VERBS))


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_lists_its_verbs(anywhere: Project, noun: str) -> None:
    said = anywhere.evals(noun, "--help")
    assert said.exit_code == 0
    assert all(f" {verb} " in said.out for verb in NOUNS[noun])


def test_every_verb_has_help() -> None:
    """In one process: each command's module is imported, and each option must render."""
    lines = [[verb] for verb in VERBS] + [[n, v] for n, verbs in NOUNS.items() for v in verbs]
    program = (
        "from service.cli.main import _app\n"
        f"for words in {lines!r}:\n"
        "    try:\n        _app([*words, '--help'])\n"
        "    except SystemExit as end:\n        assert not end.code, words\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.count("Usage: ") == len(lines)


def test_the_version_is_one_line(anywhere: Project) -> None:
    said = anywhere.evals("--version")
    assert said.exit_code == 0
    assert said.out.split()[0] == "pinwatch"
    assert said.out.count("\n") == 1


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_a_quick_question_loads_nothing_heavy(words: list[str]) -> None:
    loaded = loaded_by(words)
    assert "service.cli.main" in loaded
    assert not loaded.intersection(HEAVY)


def test_a_look_into_the_store_loads_no_statistics(anywhere: Project) -> None:
    loaded = loaded_by(["runs", "list"], **anywhere.environment)
    assert "service.store.runs" in loaded
    assert not loaded.intersection(STATISTICS)


def loaded_by(words: list[str], **environment: str) -> set[str]:
    """Return the modules that a command imports."""
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", EVALS, *words],
        env=environment or None,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return {line.rpartition("|")[2].strip() for line in finished.stderr.splitlines()}


@pytest.mark.parametrize("words", [[], ["runs"], ["golden"]])
def test_a_command_without_words_shows_what_it_could_do(
    anywhere: Project, words: list[str]
) -> None:
    said = anywhere.evals(*words)
    assert said.exit_code == 2
    assert "Usage: evals" in said.out + said.err
