"""The keeper: where everything is kept. Light, for commands that only look into the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from service.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeper:
    """What commands and the pipeline need of the world: a database, and the settings around it."""

    engine: Engine
    settings: Settings
