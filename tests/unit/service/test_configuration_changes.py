"""The configuration of a process that stays: followed as it changes, kept while it is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evals.errors import ConfigError
from service.configuration import Configuration
from service.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

ONE = "endpoints:\n  one: {model: ollama/x-1}\n"
TWO = ONE + "  two: {model: ollama/x-2, system_prompt_file: prompt.txt}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "evals.yaml").write_text(ONE)
    (tmp_path / "prompt.txt").write_text("Be brief.")
    return tmp_path / "evals.yaml"


def names(configuration: Configuration) -> list[str]:
    return sorted(configuration.current()[0].endpoints)


def test_a_file_is_read_again_when_it_changed_and_only_then(path: Path) -> None:
    configuration = Configuration(path)
    first, _ = configuration.current()
    assert configuration.current()[0] is first
    path.write_text(TWO)
    assert names(configuration) == ["one", "two"]


def test_a_system_prompt_that_changed_is_read_again(path: Path) -> None:
    path.write_text(TWO)
    configuration = Configuration(path)
    assert configuration.current()[0].endpoints["two"].system_prompt == "Be brief."
    (path.parent / "prompt.txt").write_text("Be very brief.")
    assert configuration.current()[0].endpoints["two"].system_prompt == "Be very brief."


def test_what_breaks_is_told_and_the_last_good_one_kept(path: Path) -> None:
    configuration = Configuration(path)
    configuration.current()
    path.write_text("endpoints: {one: {}}\n")
    assert names(configuration) == ["one"]
    assert "the key 'model' is missing" in str(configuration.problem)
    path.write_text(TWO)
    assert names(configuration) == ["one", "two"]
    assert configuration.problem is None


def test_a_file_that_goes_away_is_told_and_the_last_one_kept(path: Path) -> None:
    configuration = Configuration(path, optional=True)
    configuration.current()
    path.unlink()
    assert names(configuration) == ["one"]
    assert "cannot be read" in str(configuration.problem)
    assert configuration.unseen() is None


def test_a_file_that_is_wrong_from_the_first_is_refused(path: Path) -> None:
    path.write_text("endpoints: 3\n")
    with pytest.raises(ConfigError):
        Configuration(path).current()


def test_only_the_default_file_may_be_missing_and_is_followed_once_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    configuration = Configuration.named(None, settings)
    assert names(configuration) == []
    assert configuration.unseen() is None
    (tmp_path / "evals.yaml").write_text(ONE)
    assert names(configuration) == ["one"]
    with pytest.raises(ConfigError, match="cannot be read"):
        Configuration.named(tmp_path / "other.yaml", settings).current()


def test_a_configuration_is_unseen_until_somebody_did_what_it_says(path: Path) -> None:
    configuration = Configuration(path)
    config = configuration.unseen()
    assert config is not None
    assert configuration.unseen() is config
    configuration.seen(config)
    assert configuration.unseen() is None
    path.write_text(TWO)
    assert configuration.unseen() is not None
