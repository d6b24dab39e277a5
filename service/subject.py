"""The subject of a run: every name in the configuration resolved to what it stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from pydantic import ValidationError

from evals.budgets import Budgets
from evals.compare.series import GUARD, series_names
from evals.config import named, unknown_name
from evals.endpoint import Endpoint, pin
from evals.errors import ConfigError
from evals.golden_set import GENERATED_BY
from evals.probes.registry import generate
from evals.providers import provider_of
from evals.scorers.registry import check_allowed
from evals.shipped import find_golden_set, known_golden_sets
from evals.shipped_suites import known_suites, read_suite
from evals.suite import Suite, SuiteTask, suite_of_golden_set

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evals.config import Config
    from evals.endpoint import Pin
    from evals.golden_set import GoldenSet
    from evals.policy import Policy

_INSPECT = "inspect-ai"


@dataclass(frozen=True, kw_only=True, slots=True)
class Questions:
    """What is asked and how it is judged, with every name resolved."""

    suite_name: str
    suite: Suite
    golden_sets: tuple[GoldenSet, ...]
    policy: Policy
    judge: Endpoint | None

    @property
    def series(self) -> int:
        """How many tasks and views of probes are compared, each by itself."""
        return sum(len(series_names(golden_set)) for golden_set in self.golden_sets)


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject(Questions):
    """What is run against what, with every name resolved; ``budgets`` are those of the month."""

    endpoint_name: str
    endpoint: Endpoint
    budgets: Budgets = field(default_factory=Budgets)

    @property
    def pin(self) -> Pin:
        """All that we choose for a call."""
        return pin(self.endpoint, client_versions=client_versions(self.endpoint.model))

    @property
    def without_price(self) -> str | None:
        """The name of the endpoint, or of the judge, whose price is unknown; None if none is."""
        if self.endpoint.price is None:
            return self.endpoint_name
        return self.suite.judge if self.judge is not None and self.judge.price is None else None

    @property
    def judge_pin(self) -> Pin | None:
        """All that we choose for a call to the judge; None without one."""
        if self.judge is None:
            return None
        return pin(self.judge, client_versions=client_versions(self.judge.model))


def client_versions(model: str) -> dict[str, str]:
    """Return the versions of the clients that decide what really goes over the wire.

    Raises:
        ConfigError: The client that Inspect needs for this provider is not installed.
    """
    client = provider_of(model).client
    try:
        return {name: version(name) for name in (_INSPECT, client) if name}
    except PackageNotFoundError as error:
        raise ConfigError(
            f"{model} is asked through the package {client}, which is not installed",
            fix=f"pip install {client}",
        ) from error


def resolve(config: Config, *, endpoint: str, suite: str, search_paths: Sequence[Path]) -> Subject:
    """Resolve every name that a run needs, and refuse what could not be graded.

    Raises:
        ConfigError: A name is unknown, or a judge is needed and missing.
        GoldenSetError: A golden set cannot be read, or is not the expected version.
        ScorerError: An item needs a sandbox that the suite does not grant, or that is not there.
    """
    questions = resolve_questions(config, suite, search_paths)
    return Subject(
        endpoint_name=endpoint,
        endpoint=resolve_endpoint(config, endpoint),
        suite_name=questions.suite_name,
        suite=questions.suite,
        golden_sets=questions.golden_sets,
        policy=questions.policy,
        judge=questions.judge,
        budgets=config.budgets,
    )


def resolve_questions(config: Config, suite: str, search_paths: Sequence[Path]) -> Questions:
    """Resolve every name of a suite, whatever endpoint it will be asked of.

    Raises: As `resolve`.
    """
    found = resolve_suite(config, suite, search_paths)
    asked = tuple(_golden_set(task, search_paths) for task in found.tasks)
    if found.judge is not None and _needs_a_guard(asked):
        guard = SuiteTask(probe=GUARD)
        found = found.model_copy(update={"tasks": (*found.tasks, guard)})
        asked = (*asked, _golden_set(guard, search_paths))
    questions = Questions(
        suite_name=suite,
        suite=found,
        golden_sets=asked,
        policy=config.policy(found.policy),
        judge=named(config.endpoints, found.judge, kind="endpoint") if found.judge else None,
    )
    refuse_what_cannot_be_graded(questions)
    return questions


def _needs_a_guard(golden_sets: Sequence[GoldenSet]) -> bool:
    """Whether a model grades anything, and its anchors are not asked for already."""
    graded = any(item.scorer.name == "judge" for one in golden_sets for item in one.items)
    return graded and all(one.name != f"{GENERATED_BY}{GUARD}" for one in golden_sets)


def _golden_set(task: SuiteTask, search_paths: Sequence[Path]) -> GoldenSet:
    if task.probe is not None:
        return generate(task.probe, task.options)
    wanted = str(task.golden_set) + (f"@{task.version}" if task.version else "")
    return find_golden_set(wanted, search_paths).golden_set


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


def refuse_what_cannot_be_graded(questions: Questions) -> None:
    """Prove, before anything is asked, that every reply can be graded.

    Raises:
        ConfigError: A judge is needed and missing.
        ScorerError: An item needs a sandbox that the suite does not grant, or that is not there.
    """
    items = [item for golden_set in questions.golden_sets for item in golden_set.items]
    for scorer, item in {item.scorer.name: item for item in reversed(items)}.items():
        check_allowed(item.scorer, questions.suite.sandbox)
        if scorer == "judge" and questions.judge is None:
            raise ConfigError(
                f"item {item.id!r} is judged by a model, and suite {questions.suite_name!r} "
                "names no judge",
                fix="Add `judge: <endpoint>` to the suite.",
            )
