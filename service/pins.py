"""Pins under watch: one look at an endpoint, with its key and its configuration of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.endpoint import pin
from service.alerting.routing import routing_of
from service.db.session import reading
from service.stages.pin import due_looks, look_at_pin
from service.subject import client_versions, resolve_endpoint

if TYPE_CHECKING:
    from datetime import datetime

    from evals.config import Config
    from service.keeper import Keeper
    from service.store.pin_checks import StoredPinCheck


def check_endpoint(
    keeper: Keeper, config: Config, name: str, *, now: datetime, due_at: datetime | None = None
) -> StoredPinCheck:
    """Look at the endpoint ``name`` once, at no cost, and keep what was seen.

    A regular look, one with ``due_at``, tells whom the routes of ``config`` name. Without a key the
    list is asked for all the same: many servers of one's own want none.

    Raises:
        ConfigError: The endpoint is unknown, or its client is not installed.
    """
    endpoint = resolve_endpoint(config, name)
    variable = endpoint.key_variable
    return look_at_pin(
        keeper.engine,
        name,
        endpoint,
        pin(endpoint, client_versions=client_versions(endpoint.model)),
        key=keeper.settings.secret(variable) if variable else None,
        routing=None if due_at is None else routing_of(config),
        now=now,
        due_at=due_at,
    )


def check_if_due(keeper: Keeper, config: Config, name: str, *, now: datetime) -> bool:
    """Look at ``name`` if a regular look is due; return whether it was. Harmless to repeat.

    Raises:
        ConfigError: As `check_endpoint`.
    """
    with reading(keeper.engine) as session:
        due = next((one for one in due_looks(session, now=now) if one.endpoint == name), None)
    if due is None:
        return False
    check_endpoint(keeper, config, name, now=now, due_at=due.due_at)
    return True
