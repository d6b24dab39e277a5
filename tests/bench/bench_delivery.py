"""Print how long a message takes from verdict to Slack: ``python -m tests.bench.bench_delivery``.

A server in a process of its own watches a SQLite store; this process commits what a verdict's
transaction writes, at moments spread over the server's round, and waits until a Slack on loopback
has taken the message. Nobody tells the server: it finds the message when it next looks for work, so
this is the longest way there is. It takes about a minute and a half. Never a test.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from evals.condition import AlertSeverity, ConditionKind
from evals.config import parse_config
from service.alerting.condition import Condition
from service.alerting.observation import Observation
from service.alerting.routing import routing_of
from service.db import migrate
from service.db.engine import create_engine
from service.notify.slack_webhook import SlackWebhookTransport
from service.stages.alert import observe
from tests.faults.laboratory import COMMAND
from tests.slack_server import HOOK, Slack, slack_server
from tests.unit.notify.factories_notify import a_notice, alert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

TIMES = 16
MOST_SECONDS = 60.0
SWEEP_SECONDS = 5.0
CONFIG = "alerts: {channels: {team: {slack_webhook: {url_env: TEAM_HOOK}}}}\n"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure, and print the figures with the load that they were measured under."""
    with tempfile.TemporaryDirectory() as name, slack_server() as slack:
        folder = Path(name)
        (folder / "evals.yaml").write_text(CONFIG)
        engine = create_engine(f"sqlite:///{folder / 'store.sqlite'}")
        migrate.upgrade(engine)
        with _served(folder, slack):
            _arrived(engine, slack, 0)  # the server has started
            waited = sorted(_one(engine, slack, number) for number in range(1, TIMES + 1))
        engine.dispose()
        sent = sorted(_sent(slack) for _ in range(TIMES))
    load = os.getloadavg()[0]
    say(f"{os.cpu_count()} cores, load {load:.1f}, {TIMES} messages, SQLite, Slack webhook")
    say(f"verdict to Slack: median {median(waited):.1f} s, longest {waited[-1]:.1f} s")
    say(f"of which the post: median {median(sent) * 1000:.0f} ms, longest {sent[-1] * 1000:.0f} ms")


def _one(engine: Engine, slack: Slack, number: int) -> float:
    """Return the seconds to one message, begun at its own moment of the server's round."""
    # Not a wait for anything: each message falls into another part of the server's round.
    time.sleep(SWEEP_SECONDS * number / TIMES)
    return _arrived(engine, slack, number)


def _arrived(engine: Engine, slack: Slack, number: int) -> float:
    before, now = len(slack.of("hook")), _now()
    condition = Condition(kind=ConditionKind.PIN_BROKEN, endpoint=f"prod-{number}", suite="weekly")
    seen = Observation(
        condition=condition,
        breached=True,
        reason="another model answers under the pinned name",
        source=f"run-{number}",
        at=now,
        severity=AlertSeverity.PAGE,
        notice=a_notice(),
    )
    observe(engine, [seen], routing_of(parse_config(CONFIG)), now)
    began = time.monotonic()
    while len(slack.of("hook")) == before:
        if time.monotonic() - began > MOST_SECONDS:
            raise TimeoutError("the message did not arrive")
        time.sleep(0.005)  # a poll; MOST_SECONDS ends it
    return time.monotonic() - began


def _sent(slack: Slack) -> float:
    hook = SlackWebhookTransport(url=slack.url + HOOK, public_url=None, buttons=False)
    began = time.monotonic()
    hook.send(alert(a_notice()), key="k", now=_now())
    return time.monotonic() - began


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - what is measured is time


@contextmanager
def _served(folder: Path, slack: Slack) -> Iterator[None]:
    environment = {
        **os.environ,  # noqa: TID251 - handed on to the server as it is
        "EVALS_DATA_DIR": str(folder),
        "EVALS_DATABASE_URL": f"sqlite:///{folder / 'store.sqlite'}",
        "TEAM_HOOK": slack.url + HOOK,
    }
    command = [*COMMAND, "serve", "--port", "0", "--config", str(folder / "evals.yaml")]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(MOST_SECONDS)


if __name__ == "__main__":
    main()
