"""Prove that the items of the golden set ``code-small`` can be solved, and not by accident.

The target of each item is a reference solution. In the sandbox it must pass the item's tests and
the examples that its prompt gives (as in: `f(2)` returns `4`); a function that returns None must
not pass.

Run it from the root of the repository: ``python -m tools.check_facts.code_small`` (half a minute).
"""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from evals.scorers.registry import scorer_for
from evals.scorers.scored import ScoringContext
from tools.check_facts.set_shape import report, shape_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.golden_set import Item
    from evals.scorers.scored import Scored

FEWEST_TESTS, MOST_TESTS = 5, 8
_EXAMPLE = re.compile(r"`([^`]+)` returns `([^`]+)`")


def problems_in(items: Sequence[Item]) -> Iterator[str]:
    """Yield what is wrong, one sentence each."""
    yield from shape_problems(items)
    for item in items:
        yield from (f"{item.id}: {problem}" for problem in problems_of(item))


def problems_of(item: Item) -> Iterator[str]:
    """Yield what is wrong with one item, one sentence each."""
    examples = examples_of(item)
    if not examples:
        yield "its prompt gives no example"
    if not FEWEST_TESTS <= len(item.scorer.options["tests"]) <= MOST_TESTS:
        yield f"needs {FEWEST_TESTS} to {MOST_TESTS} tests"
    reference = run_solution(with_tests(item, examples), item.targets[0])
    if not reference.passed:
        yield f"the reference solution fails: {reference.reason or reference.state}"
    stub = run_solution(item, f"def {item.scorer.options['entry']}(*_):\n    return None")
    if stub.passed is not False:
        yield "a function that returns None passes"


def examples_of(item: Item) -> list[str]:
    """Return the examples in the prompt as tests."""
    found = _EXAMPLE.findall(item.messages[-1].content)
    return [f"assert {call} == {result}" for call, result in found]


def with_tests(item: Item, more: Sequence[str]) -> Item:
    """Return ``item`` with ``more`` tests."""
    options = item.scorer.options
    tests = [*options["tests"], *more]
    return replace(item, scorer=replace(item.scorer, options={**options, "tests": tests}))


def run_solution(item: Item, solution: str) -> Scored:
    """Grade ``solution``, written as a reply, in the sandbox of the item's own scorer."""
    reply = f"```python\n{solution}\n```"
    scorer = scorer_for(item.scorer)
    return asyncio.run(scorer.score(reply, item, ScoringContext(sandbox="subprocess")))


if __name__ == "__main__":
    sys.exit(report("code-small", problems_in))
