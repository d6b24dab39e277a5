"""The client and the commands that use it, against a real server on this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from typer.testing import CliRunner

import service.client
from evals.errors import EvalsError
from evals.records import RunStatus, SampleKey
from evals.schedule import Schedule
from evals.simulator.loopback import served
from evals.verdict import VerdictKind
from service.api import watching
from service.api.shapes.runs import Moment, Run, RunProgress, StartRun
from service.api.shapes.samples import Sample
from service.cli.main import _app as app
from service.client import MOST_CUTS, Client
from service.db.session import reading, writing
from service.db.tables import ScheduleSource
from service.errors import AccessRefused, RunNotFound, ServerUnavailable
from service.pipeline import conclude, subject_of
from service.scopes import Scope
from service.stages.alert import observe
from service.stages.claim import take
from service.store import alerts, runs, samples, schedules
from tests.databases import opened
from tests.factories import a_sample
from tests.integration.alert_factories import routing, seen
from tests.integration.api_factories import Api, an_api
from tests.integration.store_factories import (
    NOW,
    make_failed_sample,
    make_run,
    make_sample,
    store_run,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from service.jobs import Job
    from service.world import World

PLAN = Schedule(endpoint=("prod",), suite="sums")


@pytest.fixture
def api(sqlite_url: str, tmp_path: Path) -> Iterator[Api]:
    with opened(sqlite_url) as engine:
        yield an_api(engine, tmp_path)


@pytest.fixture
def url(api: Api) -> Iterator[str]:
    with served(api.app) as url:
        yield url


@pytest.fixture
def client(api: Api, url: str) -> Iterator[Client]:
    with Client.of(url + "/", api.token(Scope.ADMIN)) as client:
        yield client


def test_what_is_listed_is_what_is_stored(api: Api, client: Client) -> None:
    with writing(api.engine) as session:
        stored = [store_run(session, make_run(f"run-{number}")) for number in range(3)]
        samples.insert_all_absent(session, "run-0", [make_sample(), make_failed_sample()])
        schedules.create(session, "weekly", PLAN, source=ScheduleSource.API, now=NOW)
    observe(api.engine, [seen()], routing(), NOW)
    assert [run.record() for run in client.runs(endpoint="prod")] == stored[::-1]
    assert client.run("run-0").record() == stored[0]
    (found,) = client.schedules()
    assert found.stored().schedule == PLAN
    (alert,) = client.alerts(states=["open"])
    with reading(api.engine) as session:
        assert replace(alerts.get(session, alert.id), moves=0, notice=None) == alert.stored()
    failed, answered = client.samples("run-0")
    assert answered.record() == replace(
        make_sample(), sent_parameters={}, log_location=None, log_sample_uuid=None
    )
    assert failed.record().error == "429 too many requests"
    assert [one.name for one in client.endpoints()] == ["other", "prod"]
    assert "sums" in [one.name for one in client.suites()]


def test_a_list_of_many_pages_is_read_to_its_end(
    api: Api, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.client, "MOST_ROWS", 3)
    with writing(api.engine) as session:
        for number in range(10):
            store_run(session, make_run(f"run-{number}"))
    assert len([run.id for run in client.runs()]) == 10


def test_shapes_lead_back_to_what_they_came_from() -> None:
    run = make_run(status=RunStatus.FAILED, judge_pin_digest="c" * 64)
    assert Run.of(run, VerdictKind.OK).record() == run
    assert Sample.of(make_sample()).record().score == make_sample().score


def test_errors_come_back_as_they_were_raised(api: Api, url: str, client: Client) -> None:
    with pytest.raises(RunNotFound, match="no run has the id 'none'"):
        client.run("none")
    with (
        Client.of(url, api.token(Scope.READ)) as reader,
        pytest.raises(AccessRefused, match="--scope run"),
    ):
        reader.start(StartRun(endpoint="prod", suite="sums"))
    with Client.of(url) as nobody, pytest.raises(EvalsError, match="no good token"):
        list(nobody.runs())


def test_a_run_is_started_and_cancelled(client: Client) -> None:
    run = client.start(StartRun(endpoint="prod", suite="sums", limit=2))
    assert (run.status, run.options) == (RunStatus.PLANNED, {"limit": 2})
    assert client.cancel(run.id).status is RunStatus.CANCELLED


def test_a_token_is_in_no_repr_and_no_error(url: str) -> None:
    token = "evals_" + "s" * 43
    with Client.of(url, token) as client, pytest.raises(EvalsError, match="good") as refused:
        client.run("x")
    assert token not in f"{client!r} {refused.value!r}"


@pytest.mark.parametrize("url", ["nonsense", "ftp://host", "http://", "http://h:port"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ServerUnavailable, match="address"):
        Client.of(url)


def scripted(*answers: Callable[[], httpx.Response] | Exception) -> Client:
    left = list(answers)

    def answer(_: httpx.Request) -> httpx.Response:
        one = left.pop(0)
        if isinstance(one, Exception):
            raise one
        return one()

    http = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://there/api/v1")
    return Client(http=http, wait=lambda _: None)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("refused"),
        lambda: httpx.Response(200, text="<html>hello</html>"),
        lambda: httpx.Response(502, text="bad gateway"),
        lambda: httpx.Response(302, headers={"Location": "http://elsewhere"}),
        lambda: httpx.Response(
            500, headers={"Content-Type": "application/problem+json"}, text="{}"
        ),
    ],
)
def test_what_is_no_server_of_ours_is_told_in_a_sentence(answer: Any) -> None:
    with pytest.raises(ServerUnavailable, match="http://there"):
        scripted(answer).run("x")


def line(moment: Moment, samples: int) -> str:
    progress = RunProgress(
        id="run-1",
        status=RunStatus.RUNNING,
        status_reason="",
        samples=samples,
        planned_samples=9,
        not_ok=0,
        cost_usd=None,
        verdict=None,
    )
    return f"event: {moment}\ndata: {progress.model_dump_json()}\n\n"


def stream(*events: str) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(
        200, headers={"Content-Type": "text/event-stream"}, text=": ping\n\n" + "".join(events)
    )


def test_a_line_that_is_cut_is_taken_up_again() -> None:
    client = scripted(
        httpx.ReadError("cut"),
        stream(line(Moment.PROGRESS, 1)),
        stream(line(Moment.PROGRESS, 2)[:-20]),
        stream(line(Moment.WAITING, 3), line(Moment.ENDED, 4)),
    )
    told = [(moment, one.samples) for moment, one in client.watch("run-1")]
    assert told == [(Moment.PROGRESS, 1), (Moment.WAITING, 3), (Moment.ENDED, 4)]


def test_a_server_that_stays_away_is_given_up() -> None:
    client = scripted(*[httpx.ConnectError("refused")] * MOST_CUTS)
    with pytest.raises(ServerUnavailable, match="cannot be reached"):
        list(client.watch("run-1"))


@dataclass
class AnsweringQueue:
    """Answers each run rightly in a thread of its own, and judges it, as a worker would."""

    world: World | None = None
    threads: list[Thread] = field(default_factory=list)

    def put(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self.threads.append(Thread(target=self._answer, args=[job.subject]))
            self.threads[-1].start()

    def workers(self) -> int:
        return 1

    def _answer(self, run_id: str) -> None:
        assert self.world is not None
        keeper = self.world.keeper
        config, _ = self.world.configuration.current()
        run, subject = subject_of(keeper, config, run_id)
        held = take(keeper.engine, run.id, clock=self.world.clock)
        (asked,) = subject.golden_sets
        answers = [
            a_sample(item, key=SampleKey(task=asked.task, item_id=item.id), cost_usd=0.001)
            for item in asked.items[: run.planned_samples]
        ]
        with writing(keeper.engine) as session:
            samples.insert_all_absent(session, run.id, answers)
        held.release(RunStatus.COMPLETED)
        conclude(keeper, subject, run.id)


def test_a_command_runs_on_a_server_as_it_would_run_here(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_EVERY_SECONDS", 0.05)
    with opened(sqlite_url) as engine:
        plain = an_api(engine, tmp_path)
        queue = AnsweringQueue()
        queue.world = replace(plain.world, queue=queue)
        api = Api(engine=engine, world=queue.world, clock=plain.clock, queue=plain.queue)
        with served(api.app) as url:
            environment = {"EVALS_SERVER": url, "EVALS_TOKEN": api.token(Scope.ADMIN)}
            there = CliRunner(env=environment | {"EVALS_DATA_DIR": str(tmp_path / "nothing")})
            here = CliRunner(env={"EVALS_DATABASE_URL": sqlite_url})
            command = ["run", "prod", "--limit", "25", "-o", str(tmp_path / "r.json")]
            done = there.invoke(app, command)
            for thread in queue.threads:
                thread.join()
            with reading(engine) as session:
                (run,) = runs.newest(session)
            shown = [one.invoke(app, ["runs", "show", run.id]) for one in (there, here)]
            listed = [one.invoke(app, ["runs", "list", "--json"]) for one in (there, here)]
            items = there.invoke(app, ["runs", "show", run.id, "--items"])
            measured = there.invoke(app, [*command, "--no-compare"])
            for thread in queue.threads:
                thread.join()
    assert done.exit_code == 3, done.output
    assert measured.exit_code == 0
    assert run.status is RunStatus.COMPLETED
    assert "INCONCLUSIVE: no baseline yet" in done.output
    assert shown[0].output == shown[1].output
    assert shown[0].output in done.output
    assert listed[0].output == listed[1].output
    assert items.output.count("arithmetic ") > 25
    assert json.loads((tmp_path / "r.json").read_text())["format"] == "pinwatch.report"
    assert not (tmp_path / "nothing").exists()


def test_lists_of_a_server_look_as_those_of_here(api: Api, url: str, sqlite_url: str) -> None:
    with writing(api.engine) as session:
        schedules.create(session, "weekly", PLAN, source=ScheduleSource.API, now=NOW)
    observe(api.engine, [seen()], routing(), NOW)
    there = CliRunner(env={"EVALS_TOKEN": api.token(Scope.READ)})
    here = CliRunner(env={"EVALS_DATABASE_URL": sqlite_url})
    for command in (["alerts", "list"], ["schedule", "list"]):
        asked = there.invoke(app, [*command, "--server", url])
        assert (asked.exit_code, asked.output) == (0, here.invoke(app, command).output)


def test_what_a_server_cannot_do_for_a_caller_is_refused(url: str) -> None:
    refused = CliRunner().invoke(app, ["run", "prod", "--dry-run", "--server", url])
    assert refused.exit_code == 2
    assert "no place beside --server" in refused.output
