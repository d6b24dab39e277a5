"""Where the golden set that a command names is found: the user's folders, ours, or the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.config import Config, load_config
from evals.errors import GoldenSetError
from evals.shipped import find_golden_set
from service.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from evals.golden_set import GoldenSet


def search_paths(sets: list[Path] | None) -> list[Path]:
    """Return where the user's golden sets are: as asked, as ``evals.yaml`` says, or as usual."""
    if sets:
        return sets
    file = Settings.from_environment().config_path
    config = load_config(file) if file.exists() else Config()
    return [file.parent / folder for folder in config.golden_sets or Config().golden_sets]


def named_golden_set(name: str, sets: list[Path] | None) -> GoldenSet:
    """Return the golden set that ``name`` means; ``name@label`` may be any version ever run.

    Raises:
        GoldenSetError: When there is no such set or version, or it cannot be read.
        StoreUnavailable: When an old version is wanted and the database does not answer.
    """
    try:
        return find_golden_set(name, search_paths(sets)).golden_set
    except GoldenSetError:
        stored = _stored(name)
        if stored is None:
            raise
        return stored


def _stored(name: str) -> GoldenSet | None:
    from service.db import migrate
    from service.db.engine import create_engine
    from service.db.session import reading
    from service.store import golden

    bare, _, label = name.partition("@")
    if not label:
        return None
    engine = create_engine(Settings.from_environment().database_url)
    try:
        if migrate.check(engine) is not migrate.SchemaState.CURRENT:
            return None
        with reading(engine) as session:
            return golden.load(session, name=bare, label=label)
    finally:
        engine.dispose()
