"""`evals pins`, `evals spend` and `evals db prune|backup|restore`, as a person calls them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.testing import CliRunner

from evals.simulator.running import running_simulator
from service.cli import db, pins, spend
from service.db.session import writing
from service.errors import RunBusy
from service.stages.claim import this_process
from service.store import claims, samples
from tests.databases import opened
from tests.integration.store_factories import make_run, make_sample, store_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evals.simulator.running import RunningSimulator

CONFIG = """\
endpoints:
  prod:
    model: openai-api/simulator/sim-1
    base_url: {url}
budgets:
  month_usd: 10
"""


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator() as running:
        yield running


@pytest.fixture
def here(
    tmp_path: Path, sqlite_url: str, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> Path:
    (tmp_path / "evals.yaml").write_text(CONFIG.format(url=simulator.openai_base_url))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVALS_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("EVALS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("EVALS_CONFIG", raising=False)
    return tmp_path


def said(app: Any, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def spend_app() -> typer.Typer:
    app = typer.Typer()
    app.command()(spend.command)
    return app


@pytest.mark.usefixtures("here")
def test_pins_check_tells_and_exits_by_what_it_saw(simulator: RunningSimulator) -> None:
    assert said(pins.app, "list") == (0, "Nobody has looked yet. Look now: evals pins check\n")
    simulator.behave(listed=None, shutdown_date="2100-01-01")
    code, words = said(pins.app, "check")
    assert code == 0
    assert words.startswith("prod: intact\n")
    simulator.behave(listed=["other"])
    code, words = said(pins.app, "check", "prod", "--json")
    simulator.behave(listed=None, shutdown_date=None)
    assert (code, json.loads(words)[0]["state"]) == (4, "broken")
    _, words = said(pins.app, "list")
    assert "sim-1 is no longer among the models" in words
    _, words = said(pins.app, "list", "--json")
    assert json.loads(words)[0]["listed"] is False


def test_a_provider_that_cannot_be_asked_is_no_pass(here: Path) -> None:
    (here / "evals.yaml").write_text(CONFIG.format(url="http://127.0.0.1:9/v1"))
    code, words = said(pins.app, "check")
    assert code == 3
    assert "could not be read" in words


def test_spend_shows_a_month_by_endpoint_and_its_budgets(here: Path, sqlite_url: str) -> None:
    with opened(sqlite_url) as engine, writing(engine) as session:
        store_run(session, make_run("r", created_at=datetime(2026, 11, 5, tzinfo=UTC)))
        paid = [make_sample(cost_usd=2.5), make_sample("capital-de", cost_usd=None)]
        samples.insert_all_absent(session, "r", paid)
    code, words = said(spend_app(), "--month", "2026-11")
    assert code == 0
    assert "the month's budget: 2.50 of 10 USD (25%), 7.50 left" in words
    assert "The cost of 1 sample is unknown" in words
    _, words = said(spend_app(), "--month", "2026-11", "--json")
    document = json.loads(words)
    assert (document["known_usd"], document["spent"][0]["schedule"]) == (2.5, None)
    assert said(spend_app(), "--month", "november")[0] == 2
    assert here.is_dir()


def test_a_store_in_which_a_run_is_performed_is_not_replaced(here: Path, sqlite_url: str) -> None:
    assert said(db.app, "backup", str(here / "copy.db"))[0] == 0
    now = datetime.now(UTC)  # noqa: TID251 - the command reads the clock
    with opened(sqlite_url) as engine, writing(engine) as session:
        store_run(session, make_run("under-way"))
        claims.claim(session, "under-way", this_process(), instead_of=None, now=now)
    refused = CliRunner().invoke(db.app, ["restore", "copy.db", "--replace"])
    assert isinstance(refused.exception, RunBusy)
    assert "run under-way is being performed" in str(refused.exception)
    with opened(sqlite_url) as engine, writing(engine) as session:
        claims.beat(session, "under-way", this_process(), now=now - timedelta(minutes=2))
    assert said(db.app, "restore", "copy.db", "--replace")[0] == 0


def test_a_copy_is_made_and_put_back_and_a_prune_says_what_would_go(here: Path) -> None:
    code, words = said(db.app, "backup", "copy.db")
    assert (code, (here / "copy.db").is_file()) == (0, True)
    assert "evals db restore copy.db" in words
    code, words = said(db.app, "restore", "copy.db")
    assert code == 0
    assert words.startswith("The store holds what copy.db held")
    code, words = said(db.app, "prune", "--older-than", "400d", "--dry-run")
    assert code == 0
    assert "0 runs planned before" in words
    assert said(db.app, "prune", "--older-than", "long")[0] == 2
