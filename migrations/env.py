"""Alembic's entry: works on the connection that `service.db.migrate` hands over."""

from __future__ import annotations

from alembic import context

import service.db.tables  # noqa: F401 - registers the models, for autogenerate
from service.db.base import Base
from service.db.migrate import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    compare_type=True,
    render_as_batch=True,  # SQLite alters a table by rebuilding it
    transactional_ddl=True,  # the caller's transaction covers DDL on both dialects
)
context.run_migrations()
