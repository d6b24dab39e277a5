"""Real databases of both kinds, see `tests.databases`."""

from __future__ import annotations

from tests.databases import (
    database,
    database_url,
    empty_database,
    empty_postgres_url,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_template,
    sqlite_url,
    template_url,
)

__all__ = [
    "database",
    "database_url",
    "empty_database",
    "empty_postgres_url",
    "postgres_server",
    "postgres_template",
    "postgres_url",
    "sqlite_template",
    "sqlite_url",
    "template_url",
]
