from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.probes.code_format import PROBE
from evals.probes.code_format.functions import FUNCTIONS
from evals.probes.code_format.probe import CodeFormatOptions, parses
from evals.scorers import code_tests
from evals.scorers.registry import check_item, scorer_for
from evals.scorers.sandbox import SandboxResult
from evals.scorers.scored import ScoringContext
from tests.unit.probes.factories_play import (
    STORM,
    covers,
    endpoint_for,
    figure,
    moved,
    play,
)

if TYPE_CHECKING:
    from evals.probes.answer import Answer
    from evals.scorers.sandbox import Limits

ITEMS = PROBE.items(CodeFormatOptions())


@pytest.fixture(autouse=True)
def _ours_needs_no_jail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator's code is our own: a fake runner saves a hundred sandboxes."""
    monkeypatch.setitem(code_tests._RUNNERS, "subprocess", run_here)


def run_here(program: str, request: bytes, limits: Limits) -> SandboxResult:  # noqa: ARG001 - the shape of a runner
    asked = json.loads(request)
    names: dict[str, Any] = {"raises": _raises}
    exec(asked["code"], names)  # noqa: S102 - solutions of this repository
    lines = [f"{asked['token']} ready"]
    for place, test in enumerate(asked["tests"]):
        lines.append(f"{asked['token']} {place} {'pass' if _holds(test, names) else 'fail no'}")
    return SandboxResult(started=True, output="\n".join(lines).encode())


def _holds(test: str, names: dict[str, Any]) -> bool:
    try:
        exec(test, names)  # noqa: S102 - tests of this repository
    except (AssertionError, TypeError):
        return False
    return True


def _raises(kind: type[Exception], function: Any, *arguments: Any) -> bool:
    try:
        function(*arguments)
    except kind:
        return True
    return False


def asked(**change: Any) -> tuple[Answer, ...]:
    return play(endpoint_for(ITEMS, **change), ITEMS)


def test_both_scores_of_a_function_share_one_call() -> None:
    for item in ITEMS:
        check_item(item)
    assert len({item.id for item in ITEMS}) == 50
    endpoint = endpoint_for(ITEMS)
    play(endpoint, ITEMS[:6])
    assert len(endpoint.log()) == 3


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.entry)
def test_every_solution_passes_its_own_tests(function: Any) -> None:
    (item,) = (one for one in ITEMS if one.id == f"{function.entry}.as_is")
    scorer = scorer_for(item.scorer)
    scored = asyncio.run(scorer.score(function.code, item, ScoringContext(sandbox="subprocess")))
    assert scored.passed, scored.reason


def test_the_intervals_cover_what_the_persona_is() -> None:
    answers = asked(skill=0.7)
    assert covers(figure(PROBE, answers, "executable as_is"), 0.7)
    assert covers(figure(PROBE, answers, "executable stripped"), 0.7)
    assert covers(figure(PROBE, answers, "format_cost"), 0.0)
    assert figure(PROBE, answers, "parses as_is").value == 1.0


def test_fences_around_the_code_move_one_score_and_not_the_other() -> None:
    before = [asked()] * 3
    fenced = asked(format="fenced")
    assert moved(PROBE, before, fenced, "as_is")
    assert not moved(PROBE, before, fenced, "stripped")
    assert figure(PROBE, fenced, "format_cost").value == 1.0
    assert figure(PROBE, fenced, "fenced").value == 1.0
    assert figure(PROBE, fenced, "parses as_is").value == 0.0
    assert figure(PROBE, fenced, "parses stripped").value == 1.0


def test_a_loss_of_skill_moves_both_scores() -> None:
    before = [asked()] * 3
    worse = asked(skill=0.4)
    assert moved(PROBE, before, worse, "as_is")
    assert moved(PROBE, before, worse, "stripped")


def test_a_429_storm_moves_no_series() -> None:
    before = [asked(skill=0.7)] * 3
    stormy = asked(skill=0.7, **STORM)
    assert any(answer.sample.state is CallState.API_ERROR for answer in stormy)
    assert not any(moved(PROBE, before, stormy, name) for name in ("as_is", "stripped"))


def test_a_smaller_probe_asks_a_part_of_the_larger_one() -> None:
    assert PROBE.items(CodeFormatOptions(functions=2)) == ITEMS[:4]


def test_words_around_the_code_do_not_parse() -> None:
    assert parses("\ndef f():\n    return 1\n")
    assert not parses("Here it is:\ndef f():\n    return 1")
