from __future__ import annotations

import asyncio

import pytest

from evals.call_state import CallState
from evals.errors import ScorerError
from evals.golden_set import ScorerSpec
from evals.scorers.code_tests import find_code
from evals.scorers.docker_sandbox import docker_arguments
from evals.scorers.registry import check_item, scorer_for
from evals.scorers.sandbox import Limits
from evals.scorers.scored import ScoringContext
from tests.unit.scorers.factories_scorers import graded_item

SOLUTION = "def f(x):\n    return x + 1"
TESTS = ["assert f(1) == 2"]
AS_IS = {"entry": "f", "tests": TESTS, "as_is": True}


@pytest.mark.parametrize(
    "reply",
    [
        SOLUTION,
        f"Here:\n```python\n{SOLUTION}\n```\nDone.",
        f"First `f`:\n```\nprint(f(1))\n```\nthen\n```python\n{SOLUTION}\n```",
        f"```python\n{SOLUTION}\n```\nUse it:\n```python\nprint(f(1))\n```",
    ],
)
def test_the_code_is_the_last_fence_that_defines_the_function(reply: str) -> None:
    assert (find_code(reply, "f") or "").strip() == SOLUTION


@pytest.mark.parametrize(
    "reply", ["", "I would add one.", "```python\ndef g(x): ...\n```", "def f(x):" + " " * 200_000]
)
def test_a_reply_without_the_function_has_no_code(reply: str) -> None:
    assert find_code(reply, "f") is None


@pytest.mark.parametrize("sandbox", ["none", "", "chroot"])
def test_code_never_runs_without_a_sandbox(sandbox: str) -> None:
    item = graded_item("code_tests", SOLUTION, entry="f", tests=TESTS)
    with pytest.raises(ScorerError, match="does not allow"):
        asyncio.run(scorer_for(item.scorer).score(SOLUTION, item, ScoringContext(sandbox=sandbox)))


def test_a_reply_without_code_starts_no_sandbox() -> None:
    item = graded_item("code_tests", SOLUTION, entry="f", tests=TESTS)
    context = ScoringContext(sandbox="subprocess")
    scored = asyncio.run(scorer_for(item.scorer).score("No idea.", item, context))
    assert scored.state is CallState.UNPARSED


@pytest.mark.parametrize(
    ("target", "options", "message"),
    [
        ("def g(): ...", {}, "Write Python that defines 'f'"),
        ("def f(:", {}, "Write Python that defines 'f'"),
        (SOLUTION, {"tests": ["f(1) == 2"]}, "is not an assert statement"),
        (SOLUTION, {"tests": ["assert f(1"]}, "is not an assert statement"),
        (SOLUTION, {"entry": "f()"}, "option 'entry'"),
        (SOLUTION, {"time_limit_seconds": 600}, "option 'time_limit_seconds'"),
    ],
)
def test_an_item_that_cannot_be_tested_is_an_error(
    target: str, options: dict[str, object], message: str
) -> None:
    with pytest.raises(ScorerError, match=message):
        check_item(graded_item("code_tests", target, **{"entry": "f", "tests": TESTS, **options}))


def test_a_container_has_no_network_no_rights_and_every_limit() -> None:
    arguments = docker_arguments("/folder", Limits(memory_bytes=64, processes=7), name="box")
    command = " ".join(arguments)
    for part in (
        "docker run --rm --interactive --pull never --name box",
        "--network none",
        "--read-only",
        "--memory 64b --memory-swap 64b",
        "--pids-limit 7",
        "--ulimit cpu=6",
        "--cap-drop ALL --security-opt no-new-privileges --user 65534:65534",
        "--volume /folder:/program:ro",
    ):
        assert part in command
    assert arguments[-6:] == ["python:3.12-slim", "python", "-I", "-S", "-B", "/program/program.py"]


@pytest.mark.parametrize("reply", [f"```python\n{SOLUTION}\n```", f"Sure!\n{SOLUTION}"])
def test_code_that_must_run_as_it_is_may_have_nothing_around_it(reply: str) -> None:
    scorer = scorer_for(ScorerSpec(name="code_tests", options=AS_IS))
    item = graded_item("code_tests", SOLUTION, **AS_IS)
    scored = asyncio.run(scorer.score(reply, item, ScoringContext(sandbox="subprocess")))
    assert (scored.passed, scored.reason) == (False, "the reply, as it is, is not Python")


def test_a_reply_without_the_function_is_unparsed_as_it_is_too() -> None:
    scorer = scorer_for(ScorerSpec(name="code_tests", options=AS_IS))
    item = graded_item("code_tests", SOLUTION, **AS_IS)
    scored = asyncio.run(scorer.score("x = 1", item, ScoringContext(sandbox="subprocess")))
    assert scored.state is CallState.UNPARSED
