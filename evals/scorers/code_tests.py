"""Right when a function in the reply passes every test, in a sandbox."""

from __future__ import annotations

import ast
import asyncio
import json
import re
import secrets
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, field_validator

from evals.errors import ScorerError
from evals.scorers.base import BuiltScorer, Options, graded, judge_failed, ungraded, versioned
from evals.scorers.docker_sandbox import check_engine, run_in_docker
from evals.scorers.json_text import fenced_blocks
from evals.scorers.sandbox import Limits, SandboxResult, granted_isolation, run_program

if TYPE_CHECKING:
    from evals.golden_set import Item
    from evals.scorers.scored import Scored, ScoringContext

LONGEST_CODE = 100_000
_HARNESS = Path(__file__).parent / "jail" / "harness.py"
_RUNNERS = {"subprocess": run_program, "docker": run_in_docker}


class CodeTestsOptions(Options):
    """The function, its tests, and what it may use."""

    entry: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    tests: Annotated[tuple[str, ...], Field(min_length=1)]
    as_is: bool = False
    time_limit_seconds: Annotated[float, Field(ge=1, le=60)] = 5.0
    memory_mb: Annotated[int, Field(ge=64, le=2048)] = 256

    @field_validator("tests")
    @classmethod
    def _assert_something(cls, tests: tuple[str, ...]) -> tuple[str, ...]:
        for test in tests:
            tree = _parsed(test)
            if tree is None or not any(isinstance(node, ast.Assert) for node in ast.walk(tree)):
                raise ValueError(f"the test {test!r} is not an assert statement")
        return tests

    @property
    def limits(self) -> Limits:
        """What the sandbox allows."""
        return Limits(time_seconds=self.time_limit_seconds, memory_bytes=self.memory_mb * 2**20)


class CodeTests(BuiltScorer[CodeTestsOptions]):
    """Runs model-written code, and so only where the suite granted a sandbox."""

    name = "code_tests"
    version = versioned("1")
    options_type = CodeTestsOptions

    def check(self, item: Item) -> None:
        """Raise `ScorerError` unless the one target is a solution that defines the function."""
        super().check(item)
        if len(item.targets) != 1 or not _defines(item.targets[0], self.options.entry):
            raise self.misfit(
                item,
                "needs one target, a reference solution",
                f"Write Python that defines {self.options.entry!r}.",
            )

    async def score(self, text: str, item: Item, context: ScoringContext) -> Scored:  # noqa: ARG002 - the tests are options
        """Grade the code in ``text`` by the share of tests that it passes.

        Raises:
            ScorerError: No sandbox was granted; nothing has run.
        """
        if context.sandbox not in _RUNNERS:
            raise no_sandbox()
        code = find_code(text, self.options.entry)
        if code is None:
            return ungraded(text, f"the reply defines no function {self.options.entry!r}")
        if self.options.as_is:
            code = text.strip()
            if _parsed(code) is None:
                return graded(0.0, code, "the reply, as it is, is not Python")
        # A thread, since the sandbox blocks; it ends with its time limit at the latest.
        return await asyncio.to_thread(self._run, code, context.sandbox)

    def _run(self, code: str, sandbox: str) -> Scored:
        token = secrets.token_hex(16)
        request = {
            "token": token,
            "code": code,
            "entry": self.options.entry,
            "tests": self.options.tests,
        }
        result = _RUNNERS[sandbox](
            _HARNESS.read_text(encoding="utf-8"), json.dumps(request).encode(), self.options.limits
        )
        return self._graded(result, token, _canonical(code))

    def _graded(self, result: SandboxResult, token: str, parsed: str) -> Scored:
        reported = _reported(result.output, token)
        if not result.started or reported is None:
            return judge_failed("the sandbox could not be started")
        tests = self.options.tests
        failures = [reported.get(i, _cut_short(result)) for i in range(len(tests))]
        notes = [note for note in failures if note is not None]
        reason = f"{len(notes)} of {len(tests)} tests failed: {notes[0]}" if notes else ""
        return graded(1 - len(notes) / len(tests), parsed, reason, passed=not notes)


def check_sandbox(sandbox: str) -> None:
    """Prove that model-written code may run and can, before anything is paid for.

    Raises:
        ScorerError: The suite does not allow it, or this system has no such sandbox.
    """
    if sandbox not in _RUNNERS:
        raise no_sandbox()
    if sandbox == "docker":
        check_engine()
    elif granted_isolation() is None:
        raise ScorerError(
            "this system cannot limit programs as `sandbox: subprocess` must; Linux can",
            fix="Write `sandbox: docker`.",
        )


def no_sandbox() -> ScorerError:
    """Return the error for a suite that would have to run code, and was not allowed to."""
    return ScorerError(
        f"scorer {CodeTests.name!r} runs model-written code, which this suite does not allow",
        fix="Add `sandbox: subprocess` or `sandbox: docker` to the suite.",
    )


def find_code(text: str, entry: str) -> str | None:
    """Return the code in ``text`` that defines ``entry``: its last such fence, or all of it."""
    defines = re.compile(rf"^[ \t]*(?:async[ \t]+)?def[ \t]+{entry}[ \t]*\(|^{entry}[ \t]*=", re.M)
    for code in [*reversed(fenced_blocks(text)), text]:
        if defines.search(code) and len(code) <= LONGEST_CODE and "```" not in code:
            return code
    return None


def _reported(output: bytes, token: str) -> dict[int, str | None] | None:
    """Read what the harness said, by its token; None where it never got ready."""
    outcomes: dict[int, str | None] = {}
    ready = False
    for line in output.decode("ascii", "replace").splitlines():
        spoken, _, message = line.partition(" ")
        if not secrets.compare_digest(spoken.encode(), token.encode()):
            continue
        index, _, outcome = message.partition(" ")
        ready = ready or message == "ready"
        if index.isdigit():
            outcomes[int(index)] = None if outcome == "pass" else outcome.removeprefix("fail ")
    return outcomes if ready else None


def _cut_short(result: SandboxResult) -> str:
    return "time ran out" if result.stopped == "time" else "the code broke the sandbox's limits"


def _parsed(code: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a model's odd escapes are not our news
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _canonical(code: str) -> str:
    """Return ``code`` without comments and layout, which are no change of the answer."""
    tree = _parsed(code)
    try:
        return code.strip() if tree is None else ast.unparse(tree)
    except RecursionError:
        return code.strip()


def _defines(code: str, entry: str) -> bool:
    tree = _parsed(code)
    return tree is not None and find_code(code, entry) is not None
