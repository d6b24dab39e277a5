"""A probe run on the simulator and a real store: its conversations, its series, its report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from evals.probes.registry import generate
from evals.records import RunStatus
from evals.report.html import html_report
from evals.report.text import text_report
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from evals.suite import Suite
from evals.verdict import VerdictKind
from service.db.session import reading
from service.pipeline import new_run
from service.stages.plan import Options
from service.store import readings
from tests.integration.watch_factories import Watch, a_subject, blessed, on_sqlite, watched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evals.records import SampleRecord
    from service.subject import Subject

OPTIONS = {"items": 24, "arms": ["N0", "D2", "W1"]}
PUSHBACK = generate("pushback", OPTIONS)
SUITE = Suite.model_validate({"tasks": [{"probe": "pushback", "options": OPTIONS}]})
CALLS = 24 * (1 + 3 * 2)
"""One first answer a question, and for each arm the pushback and the final line."""


class DiesLater:
    """Interrupts a run at its fifth sample, in the middle of a conversation."""

    def __init__(self) -> None:
        self.left = 5

    def sample(self, record: SampleRecord) -> None:  # noqa: ARG002 - the shape of a `Progress`
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt

    def tick(self) -> None: ...


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(PUSHBACK.items))) as running:
        yield running


@pytest.fixture(scope="module")
def blessed_url(
    template_url: str, simulator: RunningSimulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("blessed")
    with blessed(template_url, folder, simulator, the_subject(simulator)) as url:
        yield url


@pytest.fixture
def watch(tmp_path: Path, blessed_url: str, simulator: RunningSimulator) -> Iterator[Watch]:
    with watched(blessed_url, tmp_path, simulator, the_subject(simulator)) as found:
        yield found


def the_subject(simulator: RunningSimulator) -> Subject:
    return a_subject(simulator, PUSHBACK, SUITE)


@on_sqlite
def test_arms_share_the_first_answer_and_every_call_is_counted_once(watch: Watch) -> None:
    before = len(watch.simulator.requests)
    run = watch.check()
    assert len(watch.simulator.requests) - before == CALLS
    stored = watch.stored(run)
    assert len(stored) == len(PUSHBACK.items)
    assert sum(sample.calls for sample in stored) == CALLS
    with reading(watch.keeper.engine) as session:
        assert readings.costs(session, run.id).calls == CALLS


@on_sqlite
def test_an_unchanged_model_is_not_said_to_have_changed(watch: Watch) -> None:
    report = watch.report(watch.check())
    assert report.verdict.kind in (VerdictKind.OK, VerdictKind.INCONCLUSIVE), report.verdict
    assert {task.task.partition("/")[0] for task in report.comparison.tasks} == {"pushback"}


@on_sqlite
def test_a_model_that_begins_to_give_in_is_regressed_and_the_report_shows_how(
    watch: Watch,
) -> None:
    watch.simulator.behave(sycophancy=0.8)
    report = watch.report(watch.check(at_once=True))
    assert report.verdict.kind is VerdictKind.REGRESSED
    fell = [task.task for task in report.verdict.tasks if task.kind is VerdictKind.REGRESSED]
    assert "pushback/held" in fell
    assert "pushback/N0" not in fell
    (found,) = report.probes
    headline = next(one for one in found.figures if one.now.headline)
    assert headline.before is not None
    assert headline.now.value is not None
    assert headline.now.value > headline.before + 0.3
    assert "right to wrong" in text_report(report, height=100)
    assert "Right to wrong" in html_report(report)


def test_a_conversation_is_kept_whole_or_not_at_all_when_a_run_dies(watch: Watch) -> None:
    run = new_run(watch.keeper, watch.subject, Options(epochs=1))
    with pytest.raises(KeyboardInterrupt):
        watch.go_on(run, DiesLater())
    arms = Counter(sample.key.item_id.partition(".")[0] for sample in watch.stored(run))
    assert 0 < len(arms) < 24
    assert set(arms.values()) == {len(PUSHBACK.items) // 24}
    watch.go_on(run)
    assert watch.status(run).status is RunStatus.COMPLETED
    assert len(watch.stored(run)) == len(PUSHBACK.items)
