"""The only reader of the environment. Every variable starts with ``EVALS_``."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from platformdirs import user_data_path

from evals.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

DATABASE_URL = "EVALS_DATABASE_URL"
DATA_DIR = "EVALS_DATA_DIR"
CONFIG = "EVALS_CONFIG"
SERVER = "EVALS_SERVER"
TOKEN = "EVALS_TOKEN"  # noqa: S105 - the name of a variable

_DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What the environment says, and where things are kept when it says nothing.

    Attributes:
        database_url: For SQLAlchemy; may hold a password, so it never shows in a repr.
        data_dir: The folder of the default database and of the logs; absolute, may not exist yet.
        config_path: Where ``evals.yaml`` is looked for.
    """

    database_url: str = field(repr=False)
    data_dir: Path
    config_path: Path
    _environ: Mapping[str, str] = field(repr=False, compare=False)
    _asked: set[str] = field(default_factory=set, repr=False, compare=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read ``environ``, by default the environment of this process.

        An empty variable counts as unset. Raises `ConfigError` for a database that is neither
        SQLite nor Postgres.
        """
        source = os.environ if environ is None else environ  # noqa: TID251 - the one reader
        data_dir = _folder(source.get(DATA_DIR))
        return cls(
            database_url=_database_url(source.get(DATABASE_URL), data_dir),
            data_dir=data_dir,
            config_path=Path(source.get(CONFIG) or "evals.yaml").expanduser(),
            _environ=source,
        )

    @property
    def logs_dir(self) -> Path:
        """The folder of Inspect's logs, one folder a run."""
        return self.data_dir / "logs"

    @property
    def server_url(self) -> str | None:
        """The server that commands ask instead of the store here; None without one."""
        return self.secret(SERVER)

    def secret(self, name: str) -> str | None:
        """Return the value of the variable ``name`` as it is now; None when unset or blank.

        Call it at the last moment and keep the value nowhere.
        """
        self._asked.add(name)
        value = self._environ.get(name)
        return value if value and not value.isspace() else None

    def secrets_in_use(self) -> frozenset[str]:
        """Return every secret that this process may have seen, so that no log line repeats one.

        These are the values of all variables that `secret` was asked for, and the password of the
        database.
        """
        values = {self._environ.get(name) for name in tuple(self._asked)}
        values.add(urlsplit(self.database_url).password)
        return frozenset(value for value in values if value)


def _folder(value: str | None) -> Path:
    path = Path(value).expanduser() if value else user_data_path("pinwatch", appauthor=False)
    return path.absolute()


def _database_url(value: str | None, data_dir: Path) -> str:
    """Name the driver we ship with; without a value, the default file in ``data_dir``.

    The message shows only the part before ``://``: the rest may hold a password.
    """
    if not value:
        return f"sqlite:///{data_dir / 'pinwatch.db'}"
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in _DRIVERS:
        shown = f"'{scheme}'" if separator else "a text without '://'"
        raise ConfigError(
            f"the database is neither SQLite nor Postgres but {shown}",
            where=DATABASE_URL,
            fix="Write sqlite:///file.db or postgresql://user:password@host/database.",
        )
    return f"{_DRIVERS[scheme]}://{rest}"
