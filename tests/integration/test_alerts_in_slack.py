"""From a verdict to Slack and back: a message, a press of a button, an update, an end."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from evals.compare import Confirmation, Sampling
from evals.config import parse_config
from evals.policy import Policy
from evals.report.slack import ACKNOWLEDGE
from service.alerting.delivery import Outcome
from service.alerting.of_run import observations_of_run
from service.alerting.routing import routing_of
from service.keeper import Keeper
from service.posting import post_of
from service.settings import Settings
from service.stages.alert import observe
from service.stages.deliver import deliver_due
from service.world import World
from tests.databases import opened
from tests.integration.api_factories import Api, Clock, RecordedQueue, WrittenConfiguration
from tests.integration.test_api_slack import SECRET, a_press, press
from tests.slack_server import TOKEN, Answer, Slack, slack_server
from tests.unit.report.factories_moved import regressed
from tests.unit.report.factories_report import make_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evals.report.view import RunReport

CONFIG = """
endpoints: {{shop-answers: {{model: openai/gpt-4o-2024-08-06}}}}
alerts:
  public_url: https://pinwatch.example.org
  channels:
    oncall:
      slack_bot:
        token_env: BOT
        channel: C0123456789
        signing_secret_env: SIGNING
        api_url: {url}/api
"""


class Watch:
    """A keeper, a Slack, and a clock that the test moves."""

    def __init__(self, engine: Any, folder: Path, slack: Slack) -> None:
        self.slack, self.clock = slack, Clock()
        environment = {"EVALS_DATA_DIR": str(folder), "BOT": TOKEN, "SIGNING": SECRET}
        settings = Settings.from_environment(environment)
        keeper = Keeper(engine=engine, settings=settings)
        written = WrittenConfiguration(CONFIG.format(url=slack.url))
        queue = RecordedQueue()
        world = World(keeper=keeper, configuration=written, clock=self.clock, queue=queue)
        self.api = Api(engine=engine, world=world, clock=self.clock, queue=queue)
        self.config = parse_config(written.text)
        self.post = post_of(keeper, self.config, clock=self.clock, rng=Random(1))  # noqa: S311 - spreads waits

    def judged(self, run_id: str, report: RunReport) -> None:
        self.clock.pass_by(hours=1)
        run = replace(report.run, id=run_id, completed_at=self.clock(), started_at=self.clock())
        seen = observations_of_run(replace(report, run=run), Policy(), self.clock())
        observe(self.api.engine, seen, routing_of(self.config), self.clock())

    def deliver(self) -> tuple[Outcome, ...]:
        return deliver_due(self.post)

    @property
    def headers(self) -> list[str]:
        messages = self.slack.messages.values()
        return [message["blocks"][0]["text"]["text"] for message in messages]


@pytest.fixture
def watch(sqlite_url: str, tmp_path: Path) -> Iterator[Watch]:
    with opened(sqlite_url) as engine, slack_server() as slack:
        yield Watch(engine, tmp_path, slack)


def page(report: RunReport) -> RunReport:
    """Return ``report`` with an effect that pages without a confirmation."""
    waived = Sampling(
        once=150, more=40, extra_rounds=3, again=0, calls=270, confirmation=Confirmation.WAIVED
    )
    tasks = tuple(replace(task, sampling=waived) for task in report.comparison.tasks)
    return replace(report, comparison=replace(report.comparison, tasks=tasks))


def test_an_alert_opens_is_acknowledged_in_slack_and_ends_in_one_message(watch: Watch) -> None:
    watch.judged("r-1", page(regressed()))
    assert watch.deliver() == (Outcome.DELIVERED,)
    assert watch.headers == ["\u2717 REGRESSED: shop-answers · weekly"]
    assert press(watch.api, a_press(1, ACKNOWLEDGE)).status_code == 200
    assert watch.deliver() == (Outcome.DELIVERED,)
    assert watch.headers[0] == "\u2717 REGRESSED, acknowledged: shop-answers · weekly"
    for number in (2, 3):
        watch.judged(f"r-{number}", make_report())
        watch.deliver()
    assert watch.headers[0].startswith("\u2713 RESOLVED after")
    assert len(watch.slack.channel_messages) == 1
    threads = {m["thread_ts"] for m in watch.slack.messages.values() if "thread_ts" in m}
    assert threads == {next(iter(watch.slack.messages))}
    assert watch.slack.wrong == []


def test_a_busy_slack_is_asked_again_when_it_said_and_hears_once(watch: Watch) -> None:
    watch.slack.next_answers(
        "chat.postMessage", Answer(status=429, body="{}", headers={"Retry-After": "600"})
    )
    watch.judged("r-1", page(regressed()))
    assert watch.deliver() == (Outcome.PASSING,)
    watch.clock.pass_by(seconds=599)
    assert watch.deliver() == ()
    watch.clock.pass_by(seconds=2)
    assert watch.deliver() == (Outcome.DELIVERED,)
    assert len(watch.slack.messages) == 1


def test_a_message_that_was_deleted_is_replaced_and_followed_from_then_on(watch: Watch) -> None:
    watch.judged("r-1", page(regressed()))
    watch.deliver()
    watch.slack.messages.clear()
    press(watch.api, a_press(1, ACKNOWLEDGE))
    watch.deliver()
    for number in (2, 3):
        watch.judged(f"r-{number}", make_report())
        watch.deliver()
    assert len(watch.slack.channel_messages) == 1
    assert watch.headers[0].startswith("\u2713 RESOLVED")
