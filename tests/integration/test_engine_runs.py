"""Runs through the real clients against the simulator: what comes back, and what is left alone."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from inspect_ai.log import EvalLog, read_eval_log

from evals.call_state import CallState
from evals.engine.engine import start
from evals.engine.plan import PlannedSample, PlannedTask
from evals.simulator.app import simulator_app
from evals.simulator.endpoint import SimulatedEndpoint, SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.loopback import served
from evals.simulator.running import RunningSimulator, running_simulator
from tests.unit.engine.factories_engine import (
    ANTHROPIC,
    OPENAI,
    a_plan,
    an_endpoint,
    rows_of,
)
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from evals.records import SampleRecord

ITEMS = sum_items(24)
PARAMETERS = {"temperature": 0.5, "seed": 7, "max_tokens": 64}


class FewAtOnce:
    """Counts how many requests are under way at the same time."""

    def __init__(self, inner: ASGIApp) -> None:
        self.most = self._now = 0
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            await self._inner(scope, receive, send)
        finally:
            self._now -= 1


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


def _transcript(row: SampleRecord) -> EvalLog:
    assert row.log_location is not None
    return read_eval_log(row.log_location)


def test_rows_come_while_the_run_goes_on(simulator: RunningSimulator, tmp_path: Path) -> None:
    simulator.behave(faults=[{"kind": "slow", "delay_seconds": 0.05}])
    plan = a_plan(tmp_path, an_endpoint(simulator, limits={"max_connections": 1}), ITEMS)
    asked_at_first_row = None
    with start(plan) as running:
        for exchange in running.exchanges():
            if exchange is not None and asked_at_first_row is None:
                asked_at_first_row = len(simulator.requests)
    assert asked_at_first_row is not None
    assert asked_at_first_row < len(simulator.requests) == len(ITEMS)


def test_a_record_holds_all_that_was_seen_of_a_sample(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    endpoint = an_endpoint(
        simulator, model=OPENAI, parameters=PARAMETERS, price={"input": 1, "output": 2}
    )
    (row,) = rows_of(a_plan(tmp_path, endpoint, ITEMS[5:6]))
    assert row.text is not None
    assert row.text.endswith("FINAL: 22")
    assert (row.score.parsed, row.score.passed, row.state) == ("22", True, CallState.OK)
    assert row.item_digest == ITEMS[5].content_digest
    assert (row.served_model, row.system_fingerprint) == ("gpt-4o-2024-08-06", "fp_simulator")
    assert row.sent_parameters == PARAMETERS
    assert row.stop_reason == "stop"
    assert row.latency_seconds is not None
    assert row.latency_seconds > 0
    assert row.input_tokens is not None
    assert row.output_tokens is not None
    expected = (row.input_tokens + 2 * row.output_tokens) / 1_000_000
    assert row.cost_usd == pytest.approx(expected)
    assert (row.retries, row.error) == (0, None)


def test_the_transcript_of_a_sample_can_be_read_back_without_raw_calls_and_other_items(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    one, other = sum_items(4)[:2], sum_items(4)[2:]
    tasks = tuple(
        PlannedTask(name=name, samples=tuple(PlannedSample(item=i, epoch=1) for i in items))
        for name, items in (("one", one), ("other", other))
    )
    for row in rows_of(a_plan(tmp_path, an_endpoint(simulator), [], tasks=tasks)):
        log = _transcript(row)
        assert log.eval.task == row.key.task
        (sample,) = [s for s in log.samples or [] if s.uuid == row.log_sample_uuid]
        assert sample.output.completion == row.text
        assert not [e for e in sample.events if e.event == "model" and e.call is not None]
        others = {item.id for item in (*one, *other)} - {row.key.item_id}
        assert not [name for name in others if name in sample.model_dump_json()]


def test_what_anthropic_drops_shows_as_requested_but_not_sent_and_no_cache_is_asked_for(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    endpoint = an_endpoint(simulator, model=ANTHROPIC, parameters=PARAMETERS)
    endpoint = endpoint.model_copy(update={"system_prompt": "Be brief."})
    (row,) = rows_of(a_plan(tmp_path, endpoint, ITEMS[:1]))
    assert row.state is CallState.OK
    assert row.sent_parameters == {"max_tokens": 64}
    assert endpoint.parameters.requested() == PARAMETERS
    (request,) = simulator.requests
    assert request.protocol == "anthropic"
    assert "cache_control" not in repr(request.body)


def test_the_same_prompt_asked_twice_reaches_the_endpoint_twice(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    twice = PlannedTask(
        name="sums", samples=tuple(PlannedSample(item=ITEMS[0], epoch=e) for e in (1, 2))
    )
    rows = rows_of(a_plan(tmp_path, an_endpoint(simulator), [], tasks=(twice,)))
    assert sorted(row.key.epoch for row in rows) == [1, 2]
    assert len(simulator.requests) == 2


def test_no_more_calls_are_under_way_than_connections_are_granted(tmp_path: Path) -> None:
    endpoint = SimulatedEndpoint(SimulatorConfig(knowledge=knowledge_of(ITEMS)))
    endpoint.behave({"faults": [{"kind": "slow", "delay_seconds": 0.02}]})
    gate = FewAtOnce(simulator_app(endpoint))
    with served(gate) as url:
        simulator = RunningSimulator(url=url, endpoint=endpoint)
        limits = {"max_connections": 3}
        rows = rows_of(a_plan(tmp_path, an_endpoint(simulator, limits=limits), ITEMS))
    assert len(rows) == len(ITEMS)
    assert 2 <= gate.most <= 3


def test_an_unscored_sample_is_nan_to_inspect_and_counts_neither_as_right_nor_as_wrong(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    simulator.behave(faults=[{"kind": "garbage", "count": 2}])
    rows = rows_of(a_plan(tmp_path, an_endpoint(simulator), ITEMS[:6]))
    assert Counter(row.state for row in rows) == {CallState.OK: 4, CallState.API_ERROR: 2}
    results = _transcript(rows[0]).results
    assert results is not None
    assert (results.scores[0].scored_samples, results.scores[0].unscored_samples) == (4, 2)
    assert results.scores[0].metrics["mean"].value == 1.0


def test_runs_follow_each_other_and_run_side_by_side_in_one_process(tmp_path: Path) -> None:
    found: dict[str, list[SampleRecord]] = {}

    def run(name: str) -> None:
        with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as simulator:
            plan = a_plan(tmp_path / name, an_endpoint(simulator), ITEMS[:8], run_id=name)
            found[name] = rows_of(plan)

    run("first")
    threads = [threading.Thread(target=run, args=(name,)) for name in ("second", "third")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {name: len(rows) for name, rows in found.items()} == dict.fromkeys(
        ("first", "second", "third"), 8
    )


def test_the_parent_s_world_stays_as_it_is_and_no_dotenv_of_a_parent_folder_is_read(
    simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("INSPECT_DISABLE_MODEL_API=1\n")  # refuses every call
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    before = _world()
    rows = rows_of(a_plan(tmp_path, an_endpoint(simulator), ITEMS[:2]))
    assert [row.state for row in rows] == [CallState.OK] * 2
    assert _world() == before
    assert not (tmp_path / "home").exists()


def _world() -> tuple[object, ...]:
    root = logging.getLogger()
    environment = dict(os.environ)  # noqa: TID251 - it must stay as it is
    return root.level, list(root.handlers), sys.excepthook, os.getcwd(), environment  # noqa: PTH109


def test_nothing_but_the_transcript_and_an_empty_log_is_left_of_a_run(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    plan = a_plan(tmp_path, an_endpoint(simulator), ITEMS[:2])
    (first, _) = rows_of(plan)
    left = {path for path in tmp_path.rglob("*") if path.is_file()}
    log = plan.log_dir / "engine.log"
    assert left == {log, *plan.log_dir.glob("*.eval")}
    assert str(first.log_location) in {str(path) for path in left}
    assert log.read_text() == ""
