"""Settings: the environment is read here, and secrets stay unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.errors import ConfigError
from service.settings import Settings


def test_an_empty_environment_means_a_file_in_the_users_data_folder() -> None:
    settings = Settings.from_environment({})
    assert settings.database_url == f"sqlite:///{settings.data_dir / 'pinwatch.db'}"
    assert settings.data_dir.is_absolute()
    assert settings.data_dir.name == "pinwatch"
    assert settings.config_path == Path("evals.yaml")


def test_the_data_folder_moves_the_database_and_the_logs(tmp_path: Path) -> None:
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/pinwatch.db"
    assert settings.logs_dir == tmp_path / "logs"


def test_a_relative_data_folder_becomes_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environment({"EVALS_DATA_DIR": "here"}).data_dir == tmp_path / "here"


def test_the_configuration_may_be_elsewhere() -> None:
    settings = Settings.from_environment({"EVALS_CONFIG": "deploy/evals.yaml"})
    assert settings.config_path == Path("deploy/evals.yaml")


def test_an_empty_variable_counts_as_unset() -> None:
    empty = {"EVALS_DATABASE_URL": "", "EVALS_DATA_DIR": "", "EVALS_CONFIG": ""}
    assert Settings.from_environment(empty) == Settings.from_environment({})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgres_means_psycopg_3(scheme: str) -> None:
    url = f"{scheme}://ana:secret@db.example:5433/evals?sslmode=require"
    settings = Settings.from_environment({"EVALS_DATABASE_URL": url})
    assert settings.database_url == (
        "postgresql+psycopg://ana:secret@db.example:5433/evals?sslmode=require"
    )


@pytest.mark.parametrize("url", ["mysql://ana:secret@host/db", "ana:secret@host", "secret.db"])
def test_another_database_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ConfigError, match="EVALS_DATABASE_URL") as caught:
        Settings.from_environment({"EVALS_DATABASE_URL": url})
    assert "secret" not in str(caught.value)


def test_no_secret_shows_in_a_repr() -> None:
    environ = {
        "EVALS_DATABASE_URL": "postgres://ana:hunter2@host/db",
        "OPENAI_API_KEY": "sk-hunter2",
    }
    assert "hunter2" not in repr(Settings.from_environment(environ))


def test_a_secret_is_read_at_the_last_moment() -> None:
    environ = {"BLANK": " "}
    settings = Settings.from_environment(environ)
    assert settings.secret("OPENAI_API_KEY") is None
    environ["OPENAI_API_KEY"] = "sk-later"
    assert settings.secret("OPENAI_API_KEY") == "sk-later"
    assert settings.secret("BLANK") is None


def test_without_an_argument_the_process_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALS_CONFIG", "other.yaml")
    assert Settings.from_environment().config_path == Path("other.yaml")
