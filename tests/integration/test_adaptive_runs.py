"""An adaptive run on the simulator and a real store: asked, interrupted, resumed, confirmed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from evals.compare.standing import Confirmation
from evals.golden_set import GoldenSet
from evals.records import RunStatus
from evals.rounds import Stage, of_stage, round_of
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import RunningSimulator, running_simulator
from evals.suite import suite_of_golden_set
from evals.verdict import VerdictKind
from service.db.session import reading
from service.pipeline import new_run
from service.stages.plan import Options
from service.store import runs
from tests.integration.watch_factories import Watch, a_subject, blessed, on_sqlite, watched
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evals.records import SampleRecord
    from evals.report.view import RunReport
    from service.subject import Subject

ITEMS = sum_items(40)
LOST = {item.id: 0.0 for item in ITEMS[:4]}
"""Four items of forty: plain to see, and no collapse that would page by itself."""


@dataclass
class Dies:
    """Interrupts the run at the third answer of a stage, once."""

    stage: Stage
    left: int = 3

    def sample(self, record: SampleRecord) -> None:
        self.left -= round_of(record.key.epoch).stage is self.stage
        if self.left == 0:
            self.left = -1
            raise KeyboardInterrupt

    def tick(self) -> None: ...


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(ITEMS))) as running:
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
    golden_set = GoldenSet(name="sums", version="1.0.0", items=tuple(ITEMS))
    suite = suite_of_golden_set("sums")
    return a_subject(simulator, golden_set, suite, smallest_effect_points=40)


def confirmation(report: RunReport) -> Confirmation:
    sampling = report.comparison.tasks[0].sampling
    assert sampling is not None
    return sampling.confirmation


@on_sqlite
def test_an_unchanged_endpoint_is_ok_after_one_look_of_bounded_calls(watch: Watch) -> None:
    run = watch.check()
    report = watch.report(run)
    assert report.verdict.kind is VerdictKind.OK, report.verdict
    assert confirmation(report) is Confirmation.NOT_NEEDED
    assert len(watch.stored(run)) == run.planned_samples == 40 + 3 * 10


@on_sqlite
def test_without_a_baseline_or_with_epochs_the_plan_is_plain(watch: Watch) -> None:
    assert not new_run(watch.keeper, watch.subject, Options(epochs=1)).is_adaptive
    other = replace(watch.subject, suite_name="other")
    assert not new_run(watch.keeper, other, Options()).is_adaptive


@on_sqlite
def test_items_that_fail_again_and_again_are_regressed_at_once(watch: Watch) -> None:
    watch.simulator.behave(skill_by_item=LOST)
    report = watch.report(watch.check())
    assert confirmation(report) is Confirmation.RETESTED
    assert report.verdict.kind is VerdictKind.REGRESSED
    assert report.verdict.reasons[0].startswith("4 items that fell were asked again, and failed")


@on_sqlite
def test_a_run_that_waits_for_its_confirmation_is_inconclusive_and_names_the_command(
    watch: Watch,
) -> None:
    watch = watch.under(most_retests=0)
    watch.simulator.behave(skill_by_item=LOST)
    run = watch.check()
    report = watch.report(run)
    assert confirmation(report) is Confirmation.DUE
    assert (report.verdict.kind, report.verdict.exit_code) == (VerdictKind.INCONCLUSIVE, 3)
    assert report.next_steps[1][0] == f"evals runs resume {run.id} --now"
    waiting = watch.status(run)
    assert waiting.status is RunStatus.RUNNING
    assert waiting.status_reason.startswith("confirmation due at ")
    watch.go_on(run)
    assert not of_stage(watch.stored(run), Stage.REPEAT)
    watch.go_on(run, at_once=True)
    confirmed = watch.report(run)
    assert confirmed.verdict.kind is VerdictKind.REGRESSED, confirmed.verdict
    assert watch.status(run).status is RunStatus.COMPLETED


@on_sqlite
def test_what_only_the_weeks_together_show_is_confirmed_on_the_same_day(watch: Watch) -> None:
    watch = watch.under(most_retests=0, repeat_at_p=0, informative_items=0)
    watch.simulator.behave(skill_by_item={ITEMS[0].id: 0.0})
    weeks = [watch.check() for _ in range(4)]
    found = [watch.report(run) for run in weeks]
    assert [confirmation(report) for report in found[:2]] == [Confirmation.NOT_NEEDED] * 2
    assert confirmation(found[-1]) is Confirmation.DUE
    assert found[-1].verdict.kind is VerdictKind.INCONCLUSIVE
    watch.go_on(weeks[-1], at_once=True)
    confirmed = watch.report(weeks[-1])
    assert confirmation(confirmed) is Confirmation.REPEATED
    assert confirmed.verdict.kind is VerdictKind.REGRESSED
    assert "over the weeks" in confirmed.verdict.reasons[0]


@on_sqlite
def test_what_was_a_passing_fault_is_not_confirmed_and_nobody_is_paged(watch: Watch) -> None:
    watch = watch.under(most_retests=0, smallest_effect_points=40)
    watch.simulator.behave(skill_by_item={ITEMS[30].id: 0.0, ITEMS[31].id: 0.0})
    run = watch.check()
    assert confirmation(watch.report(run)) is Confirmation.DUE
    watch.simulator.behave(skill_by_item={})
    watch.go_on(run, at_once=True)
    assert watch.report(run).verdict.exit_code == 0


@pytest.mark.parametrize("stage", [Stage.FIRST, Stage.RETEST, Stage.REPEAT])
def test_a_run_that_dies_in_any_stage_goes_on_to_the_same_samples(
    watch: Watch, stage: Stage
) -> None:
    watch = watch.under(most_retests=0 if stage is Stage.REPEAT else 3)
    watch.simulator.behave(skill_by_item=LOST)
    whole = watch.check(at_once=True)
    with pytest.raises(KeyboardInterrupt):
        watch.check(Dies(stage), at_once=True)
    with reading(watch.keeper.engine) as session:
        (killed,) = runs.newest(session, statuses=[RunStatus.CANCELLED])
    before = {sample.key for sample in watch.stored(killed)}
    # What was blessed and configured since changes nothing of a run that has begun.
    changed = watch.under(informative_items=0, most_retests=1)
    changed.go_on(killed, at_once=True)
    keys = [sample.key for sample in watch.stored(killed)]
    assert before <= set(keys) == {sample.key for sample in watch.stored(whole)}
    assert max(Counter(keys).values()) == 1
    assert watch.status(killed).status is RunStatus.COMPLETED
