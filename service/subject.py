"""The subject of a run: every name in the configuration resolved to what it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from pydantic import ValidationError

from evals.config import named, unknown_name
from evals.endpoint import Endpoint, pin
from evals.errors import ConfigError
from evals.scorers.registry import check_allowed
from evals.shipped import find_golden_set, known_golden_sets
from evals.shipped_suites import known_suites, read_suite
from evals.suite import Suite, suite_of_golden_set

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evals.config import Config
    from evals.endpoint import Pin
    from evals.golden_set import GoldenSet
    from evals.policy import Policy

_CLIENTS = {"anthropic": ("inspect-ai", "anthropic"), "openai": ("inspect-ai", "openai")}
_INSPECT_ONLY = ("inspect-ai",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What is run against what, with every name resolved."""

    endpoint_name: str
    endpoint: Endpoint
    suite_name: str
    suite: Suite
    golden_sets: tuple[GoldenSet, ...]
    policy: Policy
    judge: Endpoint | None

    @property
    def pin(self) -> Pin:
        """All that we choose for a call."""
        return pin(self.endpoint, client_versions=client_versions(self.endpoint.provider))

    @property
    def judge_pin(self) -> Pin | None:
        """All that we choose for a call to the judge; None without one."""
        if self.judge is None:
            return None
        return pin(self.judge, client_versions=client_versions(self.judge.provider))


def client_versions(provider: str) -> dict[str, str]:
    """Return the versions of the clients that decide what really goes over the wire."""
    kind = "openai" if provider.startswith("openai") else provider
    return {name: version(name) for name in _CLIENTS.get(kind, _INSPECT_ONLY)}


def resolve(config: Config, *, endpoint: str, suite: str, search_paths: Sequence[Path]) -> Subject:
    """Resolve every name that a run needs, and refuse what could not be graded.

    Raises:
        ConfigError: A name is unknown, or a judge is needed and missing.
        GoldenSetError: A golden set cannot be read, or is not the expected version.
        ScorerError: An item needs a sandbox that the suite does not grant.
    """
    found = resolve_suite(config, suite, search_paths)
    golden_sets = tuple(
        find_golden_set(
            task.golden_set + (f"@{task.version}" if task.version else ""), search_paths
        ).golden_set
        for task in found.tasks
    )
    subject = Subject(
        endpoint_name=endpoint,
        endpoint=resolve_endpoint(config, endpoint),
        suite_name=suite,
        suite=found,
        golden_sets=golden_sets,
        policy=config.policy(found.policy),
        judge=named(config.endpoints, found.judge, kind="endpoint") if found.judge else None,
    )
    _refuse_what_cannot_be_graded(subject)
    return subject


def resolve_endpoint(config: Config, name: str) -> Endpoint:
    """Find an endpoint by its name in the configuration, or take ``provider/model`` at its word.

    Raises:
        ConfigError: Neither is possible; the names there are, are listed.
    """
    if name in config.endpoints:
        return config.endpoints[name]
    if "/" not in name:
        raise unknown_name("endpoint", name, config.endpoints)
    try:
        return Endpoint(model=name)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ConfigError(message, where=f"endpoint {name}") from error


def resolve_suite(config: Config, name: str, search_paths: Sequence[Path]) -> Suite:
    """Find a suite: the configuration's, a shipped one, or a golden set asked once.

    Raises:
        ConfigError: There is none of that name.
    """
    if name in config.suites:
        return config.suites[name]
    if name in known_suites():
        return read_suite(name)
    if name in known_golden_sets(search_paths):
        return suite_of_golden_set(name)
    names = {*config.suites, *known_suites(), *known_golden_sets(search_paths)}
    raise unknown_name("suite or golden set", name, names)


def _refuse_what_cannot_be_graded(subject: Subject) -> None:
    for golden_set in subject.golden_sets:
        for item in golden_set.items:
            check_allowed(item.scorer, subject.suite.sandbox)
            if item.scorer.name == "judge" and subject.judge is None:
                raise ConfigError(
                    f"item {item.id!r} is judged by a model, and suite {subject.suite_name!r} "
                    "names no judge",
                    fix="Add `judge: <endpoint>` to the suite.",
                )
