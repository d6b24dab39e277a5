"""How a run ends before its time: whoever is stopped, what was measured is kept."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from inspect_ai.log import read_eval_log

from evals.call_state import CallState
from evals.engine.engine import start
from evals.errors import EngineError
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from service.stages.execute import execute
from tests.unit.engine.factories_engine import a_plan, an_endpoint
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from evals.engine.engine import Running
    from evals.engine.plan import RunPlan
    from evals.records import SampleRecord

ITEMS = sum_items(60)


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        running.behave(faults=[{"kind": "slow", "delay_seconds": 0.05}])
        yield running


def _sent(signal_: int) -> Callable[[Running], None]:
    def send(running: Running) -> None:
        assert running._process.pid is not None
        os.kill(running._process.pid, signal_)

    return send


def _stopped_after(
    plan: RunPlan, count: int, stop: Callable[[Running], None]
) -> list[SampleRecord]:
    rows: list[SampleRecord] = []
    with start(plan) as running:
        for exchange in running.exchanges():
            rows.extend(exchange or ())
            if exchange and len(rows) == count:
                stop(running)
    return rows


def _log_status(plan: RunPlan) -> str:
    (log,) = plan.log_dir.glob("*.eval")
    return str(read_eval_log(str(log), header_only=True).status)


def _stop_twice(running: Running) -> None:
    running.stop()
    with suppress(ProcessLookupError):
        _sent(signal.SIGINT)(running)


@pytest.mark.parametrize(
    "stop",
    [_sent(signal.SIGTERM), _sent(signal.SIGINT), _stop_twice],
    ids=["SIGTERM", "SIGINT", "by the parent, and ctrl-c"],
)
def test_a_stopped_run_keeps_what_was_measured_and_its_log_does_not_say_started(
    simulator: RunningSimulator, tmp_path: Path, stop: Callable[[Running], None]
) -> None:
    plan = a_plan(tmp_path, an_endpoint(simulator), ITEMS)
    rows = _stopped_after(plan, 6, stop)
    assert 6 <= len(rows) < len(ITEMS)
    assert {row.state for row in rows} == {CallState.OK}
    assert len({row.key for row in rows}) == len(rows)
    assert _log_status(plan) == "cancelled"
    assert (plan.log_dir / "engine.log").read_text() == ""
    assert not plan.scratch_dir.exists()


def test_a_child_that_is_killed_is_told_at_once_and_what_it_sent_is_kept(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    plan = a_plan(tmp_path, an_endpoint(simulator), ITEMS)
    kept: list[SampleRecord] = []

    def keep(batch: Sequence[SampleRecord]) -> None:
        kept.extend(batch)

    class Killer:
        def sample(self, record: SampleRecord) -> None: ...

        def tick(self) -> None:
            if len(kept) >= 5:
                _kill_children_of_this_run(plan)

    with pytest.raises(EngineError, match=r"process died \(exit code -9\).*resume"):
        execute(plan, keep=keep, progress=Killer(), budget_usd=None)
    assert 5 <= len(kept) < len(ITEMS)
    assert not plan.scratch_dir.exists()


def _kill_children_of_this_run(plan: RunPlan) -> None:
    from multiprocessing import active_children

    for process in active_children():
        assert process.pid is not None
        if os.readlink(f"/proc/{process.pid}/cwd") == str(plan.scratch_dir):  # noqa: PTH115
            os.kill(process.pid, signal.SIGKILL)


def test_an_interrupt_of_the_parent_keeps_what_had_finished(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    plan = a_plan(tmp_path, an_endpoint(simulator), ITEMS)
    kept: list[SampleRecord] = []

    class Interrupter:
        def sample(self, record: SampleRecord) -> None:  # noqa: ARG002 - the protocol's shape
            if len(simulator.requests) >= 10:
                raise KeyboardInterrupt

        def tick(self) -> None: ...

    with pytest.raises(KeyboardInterrupt):
        execute(plan, keep=kept.extend, progress=Interrupter(), budget_usd=None)
    under_way = plan.target.endpoint.limits.max_connections
    assert len(kept) >= len(simulator.requests) - under_way
    assert _log_status(plan) == "cancelled"


def test_a_spent_budget_stops_the_run_and_drops_only_the_calls_under_way(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    endpoint = an_endpoint(simulator, price={"input": 1000, "output": 1000})
    plan = a_plan(tmp_path, endpoint, ITEMS)
    kept: list[SampleRecord] = []
    budget = 0.2  # about five samples
    stopped = execute(plan, keep=kept.extend, progress=_Nobody(), budget_usd=budget)
    assert stopped is not None
    assert "the budget of 0.2 USD was spent" in stopped
    assert sum(row.cost_usd or 0 for row in kept) >= budget
    assert len(kept) < 20
    assert len(simulator.requests) <= len(kept) + endpoint.limits.max_connections


def test_a_budget_that_was_spent_before_is_not_touched_again(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    plan = a_plan(tmp_path, an_endpoint(simulator, price={"input": 1, "output": 1}), ITEMS)
    stopped = execute(plan, keep=print, progress=_Nobody(), budget_usd=0.5, spent_usd=0.5)
    assert stopped is not None
    assert simulator.requests == []


class _Nobody:
    def sample(self, record: SampleRecord) -> None: ...

    def tick(self) -> None: ...
