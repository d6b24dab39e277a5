"""What a run costs: the judge's calls too, and nothing that nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from evals.call_state import CallState
from evals.engine.plan import Asked, Secret
from evals.golden_set import ScorerSpec
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.loopback import served
from evals.simulator.running import RunningSimulator, running_simulator
from tests.unit.engine.factories_engine import COMPATIBLE, KEY, a_plan, an_endpoint, rows_of
from tests.unit.simulator.factories_simulator import make_item, sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request

ITEMS = sum_items(2)
JUDGED = make_item(scorer=ScorerSpec(name="judge", options={"rubric": "It names a city."}))
FREE = {"input": 0, "output": 0}
DOLLAR_A_TOKEN = {"input": 1_000_000, "output": 1_000_000}


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
        yield running


def cost_of_judging(
    simulator: RunningSimulator, folder: Path, *, price: dict[str, Any] | None
) -> float | None:
    judge = Asked(endpoint=an_endpoint(simulator, price=price), key=Secret(value=KEY))
    (row,) = rows_of(a_plan(folder, an_endpoint(simulator, price=FREE), [JUDGED], judge=judge))
    return row.cost_usd


def test_a_sample_costs_what_the_judge_charges_too(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    cost = cost_of_judging(simulator, tmp_path, price=DOLLAR_A_TOKEN)
    assert cost is not None
    assert cost > 50  # the judge's prompt alone is longer


def test_a_judge_without_a_price_makes_the_cost_unknown(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    assert cost_of_judging(simulator, tmp_path, price=None) is None


@pytest.mark.parametrize(("price", "cost"), [(DOLLAR_A_TOKEN, 0.0), (None, None)])
def test_a_failed_call_is_free_only_where_the_price_is_known(
    simulator: RunningSimulator, tmp_path: Path, price: dict[str, Any] | None, cost: float | None
) -> None:
    simulator.behave(faults=[{"kind": "server_error"}])
    endpoint = an_endpoint(simulator, price=price, limits={"max_retries": 0})
    (row,) = rows_of(a_plan(tmp_path, endpoint, ITEMS[:1]))
    assert (row.state, row.cost_usd) == (CallState.API_ERROR, cost)


async def _without_usage(_: Request) -> JSONResponse:
    message = {"role": "assistant", "content": "FINAL: 7"}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return JSONResponse(
        {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    )


def test_a_reply_without_usage_has_no_known_cost(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    path = "/v1/chat/completions"
    with served(Starlette(routes=[Route(path, _without_usage, methods=["POST"])])) as url:
        endpoint = an_endpoint(simulator, price=DOLLAR_A_TOKEN, base_url=f"{url}/v1")
        assert endpoint.model == COMPATIBLE
        (row,) = rows_of(a_plan(tmp_path, endpoint, ITEMS[:1]))
    assert (row.state, row.cost_usd) == (CallState.OK, None)
