"""What a suite may name: golden sets and probes, each once."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from evals.suite import Suite, SuiteTask


def test_a_probe_is_named_with_its_options() -> None:
    task = SuiteTask.model_validate({"probe": "primes"})
    assert (task.name, task.golden_set) == ("primes", None)


def test_a_suite_without_probes_keeps_the_digest_it_always_had() -> None:
    suite = Suite.model_validate({"tasks": [{"golden_set": "arithmetic", "epochs": 2}]})
    assert suite.model_dump(mode="json")["tasks"] == [
        {"golden_set": "arithmetic", "version": None, "epochs": 2}
    ]
    assert Suite.model_validate(suite.model_dump(mode="json")) == suite


def test_a_stored_suite_with_a_probe_reads_back_as_it_was() -> None:
    suite = Suite.model_validate({"tasks": [{"probe": "primes"}, {"golden_set": "arithmetic"}]})
    assert Suite.model_validate(suite.model_dump(mode="json")) == suite


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ({}, "a golden_set or a probe"),
        ({"golden_set": "arithmetic", "probe": "primes"}, "a golden_set or a probe"),
        ({"golden_set": "arithmetic", "options": {"items": 3}}, "options belong to a probe"),
        ({"probe": "primes", "epochs": 3}, "sets its own version and epochs"),
        ({"probe": "prims"}, "there is no probe 'prims'"),
        ({"probe": "primes", "options": {"itms": 3}}, "option 'itms' of probe 'primes'"),
    ],
)
def test_a_task_that_cannot_be_asked_says_why(task: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        SuiteTask.model_validate(task)


def test_a_suite_names_each_task_once() -> None:
    twice = [{"probe": "primes"}, {"probe": "primes"}]
    with pytest.raises(ValidationError, match="'primes' is named twice"):
        Suite.model_validate({"tasks": twice})
