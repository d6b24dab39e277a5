"""Which environment variables `evals.yaml` names, and for what."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evals.config import Config


def named_variables(config: Config) -> Mapping[str, tuple[str, ...]]:
    """Return the names of all variables that are needed, each with who needs it; never a value.

    A judge is an endpoint, and told as one.

    >>> from evals.config import parse_config
    >>> text = "alerts: {channels: {team: {webhook: {url_env: TEAM_WEBHOOK}}}}"
    >>> named_variables(parse_config(text))
    {'TEAM_WEBHOOK': ('channel team',)}
    """
    found: dict[str, list[str]] = defaultdict(list)
    for variable, user in _named(config):
        found[variable].append(user)
    return {variable: tuple(users) for variable, users in found.items()}


def _named(config: Config) -> Iterator[tuple[str, str]]:
    for name, endpoint in config.endpoints.items():
        if endpoint.key_variable is not None:
            yield endpoint.key_variable, f"endpoint {name}"
    for name, channel in config.alerts.channels.items():
        for field, value in channel.target:
            if field.endswith("_env") and value is not None:
                yield value, f"channel {name}"
    if config.ping is not None:
        yield config.ping.url_env, "ping"
    for name, schedule in config.schedules.items():
        if schedule.ping is not None:
            yield schedule.ping.url_env, f"ping of schedule {name}"
