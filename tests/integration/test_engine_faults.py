"""Everything that goes wrong on the line, and that none of it becomes a wrong answer."""

from __future__ import annotations

import socket
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from inspect_ai.log import read_eval_log
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from evals.call_state import CallState
from evals.endpoint import Endpoint, Limits
from evals.engine.engine import start
from evals.engine.plan import Asked, Secret
from evals.errors import EngineError
from evals.golden_set import ScorerSpec
from evals.redaction import REDACTED
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.loopback import served
from evals.simulator.running import RunningSimulator, running_simulator
from tests.unit.engine.factories_engine import (
    ANTHROPIC,
    COMPATIBLE,
    KEY,
    OPENAI,
    a_plan,
    an_endpoint,
    rows_of,
)
from tests.unit.simulator.factories_simulator import make_item, sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request

    from evals.records import SampleRecord

JUDGE_KEY = "sk-judge-9876543210"
ITEMS = sum_items(40)
QUICK = {"retry_after_seconds": 0}


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


def _states(rows: list[SampleRecord]) -> Counter[CallState]:
    return Counter(row.state for row in rows)


def _unmeasured(row: SampleRecord) -> bool:
    return row.score.value is None and row.score.passed is None


@pytest.mark.parametrize("model", [COMPATIBLE, OPENAI, ANTHROPIC])
def test_a_failing_sample_costs_one_request_and_its_retries_and_no_hidden_ones(
    simulator: RunningSimulator, tmp_path: Path, model: str
) -> None:
    simulator.behave(faults=[{"kind": "server_error"}])
    endpoint = an_endpoint(simulator, model=model, limits={"max_retries": 2})
    (row,) = rows_of(a_plan(tmp_path, endpoint, ITEMS[:1]))
    assert len(simulator.requests) == 1 + 2
    assert row.retries == 2
    assert (row.state, _unmeasured(row)) == (CallState.API_ERROR, True)
    assert "500" in str(row.error)


@pytest.mark.parametrize("kind", ["garbage", "cut", "rate_limit", "server_error"])
def test_what_is_no_answer_is_an_error_of_the_line_and_never_a_wrong_answer(
    simulator: RunningSimulator, tmp_path: Path, kind: str
) -> None:
    simulator.behave(faults=[{"kind": kind, **QUICK}])
    endpoint = an_endpoint(simulator, limits={"max_retries": 0})
    rows = rows_of(a_plan(tmp_path, endpoint, ITEMS[:2]))
    assert _states(rows) == {CallState.API_ERROR: 2}
    assert all(_unmeasured(row) and row.text is None and row.error for row in rows)


@pytest.mark.parametrize("model", [COMPATIBLE, ANTHROPIC])
def test_an_empty_answer_was_answered_but_holds_nothing_to_grade(
    simulator: RunningSimulator, tmp_path: Path, model: str
) -> None:
    simulator.behave(faults=[{"kind": "empty"}])
    (row,) = rows_of(a_plan(tmp_path, an_endpoint(simulator, model=model), ITEMS[:1]))
    assert (row.state, row.text, row.error) == (CallState.UNPARSED, "", None)


@pytest.mark.parametrize(
    ("behaviour", "state"),
    [("truncation_share", CallState.TRUNCATED), ("filter_share", CallState.FILTERED)],
)
def test_an_answer_that_was_cut_short_is_set_aside_ungraded(
    simulator: RunningSimulator, tmp_path: Path, behaviour: str, state: CallState
) -> None:
    simulator.behave(**{behaviour: 1.0})
    (row,) = rows_of(a_plan(tmp_path, an_endpoint(simulator), ITEMS[:1]))
    assert (row.state, _unmeasured(row)) == (state, True)


def test_a_hanging_request_is_cut_and_told_as_a_time_out(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    simulator.behave(faults=[{"kind": "timeout", "count": 1}])
    endpoint = an_endpoint(
        simulator, limits={"timeout_seconds": 1, "max_retries": 0, "max_connections": 1}
    )
    rows = rows_of(a_plan(tmp_path, endpoint, ITEMS[:2]))
    assert [row.state for row in rows] == [CallState.TIMEOUT, CallState.OK]
    assert _unmeasured(rows[0])


def test_a_slow_answer_is_an_answer(simulator: RunningSimulator, tmp_path: Path) -> None:
    simulator.behave(faults=[{"kind": "slow", "delay_seconds": 0.5}])
    (row,) = rows_of(a_plan(tmp_path, an_endpoint(simulator), ITEMS[:1]))
    assert row.state is CallState.OK
    assert row.latency_seconds is not None
    assert row.latency_seconds >= 0.5


def test_retry_after_keeps_a_sample_back_while_others_go_on(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    simulator.behave(faults=[{"kind": "rate_limit", "count": 1, "retry_after_seconds": 3}])
    endpoint = an_endpoint(simulator, limits={"max_connections": 2})
    rows = rows_of(a_plan(tmp_path, endpoint, ITEMS[:5]))
    asked = [logged.request.digest for logged in simulator.requests]
    struck = next(n for n, logged in enumerate(simulator.requests) if logged.fault)
    assert _states(rows) == {CallState.OK: 5}
    assert sum(row.retries for row in rows) == 1
    assert asked[-1] == asked[struck]
    assert len(asked) == 6


def test_a_storm_of_429_that_passes_leaves_every_sample_measured(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    simulator.behave(faults=[{"kind": "rate_limit", "count": 6, **QUICK}])
    endpoint = an_endpoint(simulator, limits={"max_retries": 8})
    rows = rows_of(a_plan(tmp_path, endpoint, ITEMS[:8]))
    assert _states(rows) == {CallState.OK: 8}
    assert len(simulator.requests) == 8 + 6


def test_a_storm_that_strikes_some_is_counted_and_the_rest_is_measured(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    simulator.behave(faults=[{"kind": "rate_limit", "share": 0.3, **QUICK}])
    endpoint = an_endpoint(simulator, limits={"max_retries": 0})
    states = _states(rows_of(a_plan(tmp_path, endpoint, ITEMS)))
    assert set(states) == {CallState.OK, CallState.API_ERROR}
    assert states.total() == len(ITEMS)
    struck = sum(logged.fault is not None for logged in simulator.requests)
    assert states[CallState.API_ERROR] == struck


def test_an_endpoint_that_answers_nothing_is_stopped_early_and_nothing_is_kept_of_it(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    simulator.behave(faults=[{"kind": "server_error"}])
    endpoint = an_endpoint(simulator, limits={"max_retries": 0})
    plan = a_plan(tmp_path, endpoint, ITEMS)
    rows = []
    with (
        pytest.raises(EngineError, match=r"8 calls in a row have failed.*500.*resume the run"),
        start(plan) as running,
    ):
        rows = [exchange for exchange in running.exchanges() if exchange is not None]
    assert rows == []
    assert len(simulator.requests) < len(ITEMS)


def test_a_dead_server_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    endpoint = Endpoint(model=COMPATIBLE, base_url=url)
    with pytest.raises(EngineError, match=r"nothing answers.*refused.*correct base_url") as caught:
        start(a_plan(tmp_path, endpoint, ITEMS))
    assert url in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_behind_a_proxy_the_endpoint_is_not_knocked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    endpoint = Endpoint(model=COMPATIBLE, base_url="https://endpoint.invalid/v1")
    start(a_plan(tmp_path, endpoint, ITEMS))


def test_a_log_folder_that_cannot_be_made_is_one_sentence(
    simulator: RunningSimulator, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    plan = a_plan(tmp_path / "file", an_endpoint(simulator), ITEMS)
    with pytest.raises(EngineError, match="no place for its files"):
        rows_of(plan)
    assert capfd.readouterr() == ("", "")


def test_a_judge_that_cannot_be_asked_makes_no_answer_wrong(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    item = make_item(scorer=ScorerSpec(name="judge", options={"rubric": "It names a city."}))
    with served(_echo(401)) as url:
        judge = Endpoint(model=COMPATIBLE, base_url=f"{url}/v1", limits=Limits(max_retries=0))
        asked = Asked(endpoint=judge, key=Secret(value=JUDGE_KEY))
        (row,) = rows_of(a_plan(tmp_path, an_endpoint(simulator), [item], judge=asked))
    assert (row.state, _unmeasured(row)) == (CallState.JUDGE_FAILED, True)
    assert row.text is not None
    assert row.retries == 0
    assert JUDGE_KEY not in repr(row)
    kept = _all_that_is_kept(tmp_path)
    assert not [key for key in (KEY, JUDGE_KEY) if key.encode() in kept]


def test_a_wrong_path_is_told_in_the_server_s_words(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    endpoint = an_endpoint(simulator, base_url=f"{simulator.url}/wrong")
    with pytest.raises(EngineError, match="404"):
        rows_of(a_plan(tmp_path, endpoint, ITEMS))


def test_a_provider_that_is_not_there_is_one_sentence_and_a_log(tmp_path: Path) -> None:
    endpoint = Endpoint(model="nosuch/model-1-2024-01-01")
    with pytest.raises(EngineError, match=r"the engine broke: .*nosuch.*engine\.log"):
        rows_of(a_plan(tmp_path, endpoint, ITEMS[:1]))
    assert "nosuch" in (tmp_path / "logs" / "engine.log").read_text()


def _echo(status: int) -> Starlette:
    """An endpoint that refuses every call and repeats the key that it was sent."""

    async def refuse(request: Request) -> JSONResponse:
        sent = request.headers.get("authorization") or request.headers.get("x-api-key")
        error = {"message": f"not a good key: {sent}", "type": "bad", "code": str(sent)}
        return JSONResponse({"type": "error", "error": error}, status_code=status)

    return Starlette(
        routes=[
            Route("/v1/chat/completions", refuse, methods=["POST"]),
            Route("/v1/messages", refuse, methods=["POST"]),
        ]
    )


def _all_that_is_kept(folder: Path) -> bytes:
    found = b""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        found += str(path).encode() + path.read_bytes()
        if path.suffix == ".eval":  # compressed: the bytes alone would hide it
            found += read_eval_log(str(path)).model_dump_json().encode()
    return found


@pytest.mark.parametrize("model", [COMPATIBLE, OPENAI, ANTHROPIC])
@pytest.mark.parametrize("status", [400, 401])
def test_a_key_that_the_endpoint_repeats_is_in_no_file_and_no_record(
    tmp_path: Path, model: str, status: int
) -> None:
    with served(_echo(status)) as url:
        base_url = url if model == ANTHROPIC else f"{url}/v1"
        limits = Limits(max_retries=0, max_connections=1)
        endpoint = Endpoint(model=model, base_url=base_url, limits=limits)
        rows = rows_of(a_plan(tmp_path, endpoint, ITEMS[:2]))
    assert _states(rows) == {CallState.API_ERROR: 2}
    assert REDACTED in str(rows[0].error)
    assert "not a good key" in str(rows[0].error)
    assert KEY not in repr(rows)
    kept = _all_that_is_kept(tmp_path)
    assert b"not a good key" in kept
    assert KEY.encode() not in kept


def test_a_key_is_not_in_what_is_kept_of_a_run_that_went_well(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    rows = rows_of(a_plan(tmp_path, an_endpoint(simulator), ITEMS[:2]))
    assert _states(rows) == {CallState.OK: 2}
    kept = _all_that_is_kept(tmp_path)
    assert ITEMS[0].messages[0].content[:10].encode() in kept
    assert KEY.encode() not in kept
