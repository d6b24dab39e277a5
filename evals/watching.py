"""The series that `evals.yaml` watches: how many they are, and whether its policies name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.errors import ConfigError
from evals.policy import Series
from evals.suite import SuiteTask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.config import Config
    from evals.suite import Suite
    from evals.yaml_source import YamlSource


def count_series(config: Config) -> int:
    """Return how many series a file watches: endpoints times tasks of suites times series.

    Each view of a probe counts as a task. So does the guard that a suite with a judge gets by
    itself: whether an item is judged stands in golden sets, and a share too small does no harm.
    """
    tasks = sum(len(views_of(task)) for suite in config.suites.values() for task in _asked(suite))
    return len(config.endpoints) * tasks * len(Series)


def views_of(task: SuiteTask) -> tuple[str, ...]:
    """Return the names of what is compared by itself: the task, or the views of a probe.

    >>> views_of(SuiteTask(golden_set="faq")), views_of(SuiteTask(probe="twins"))[:2]
    (('faq',), ('twins/gap', 'twins/famous'))
    """
    from evals.compare.series import series_names
    from evals.probes.registry import generate

    return (task.name,) if task.probe is None else series_names(generate(task.probe, task.options))


def unknown_tiers(config: Config, source: YamlSource) -> Iterator[ConfigError]:
    """Yield an error for each tier that names a view of a probe that nothing asks.

    Known are the views of a probe as the suites of the file ask it, as the shipped ones do, and as
    it is by default.
    """
    for name, policy in config.policies.items():
        for tier in policy.tiers:
            view = _view_in(tier)
            if view is not None and view not in (known := _known_views(config, view)):
                yield ConfigError(
                    f"{tier!r} names no view of a probe",
                    where=source.place(("policies", name, "tiers", tier)),
                    fix=f"Known: {', '.join(known)}.",
                )


def _asked(suite: Suite) -> tuple[SuiteTask, ...]:
    from evals.compare.series import GUARD

    guarded = suite.judge is None or any(task.probe == GUARD for task in suite.tasks)
    return suite.tasks if guarded else (*suite.tasks, SuiteTask(probe=GUARD))


def _view_in(tier: str) -> str | None:
    """Return the view that a tier names, ``pushback/D2`` of ``pushback/D2/answers``, if any."""
    from evals.probes.registry import known_probes

    probe, *rest = tier.split("/")
    named = probe in known_probes() and rest and rest[0] not in list(Series)
    return f"{probe}/{rest[0]}" if named else None


def _known_views(config: Config, view: str) -> tuple[str, ...]:
    from evals.shipped_suites import known_suites, read_suite

    probe = view.partition("/")[0]
    suites = (*config.suites.values(), *map(read_suite, known_suites()))
    tasks = [SuiteTask(probe=probe), *(task for suite in suites for task in suite.tasks)]
    known = (name for task in tasks if task.probe == probe for name in views_of(task))
    return tuple(dict.fromkeys(known))
