"""The views of a probe as series of their own, beside golden sets that stay as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.compare.measured import MeasuredBaseline, MeasuredRun
from evals.compare.run import compare_by_terms, compare_run
from evals.compare.series import by_series, series_names
from evals.compare.standing import Confirmation
from evals.compare.terms import terms_under
from evals.golden_set import GoldenSet
from evals.judgement import judge
from evals.policy import Policy
from evals.probes.registry import generate, known_probes, probe_named
from evals.records import SampleKey
from evals.rounds import Stage, epoch_of
from evals.verdict import VerdictKind
from tests.factories import a_failure, a_fingerprint, a_run, a_sample, a_score, a_task, an_item

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from evals.records import SampleRecord

PRIMES = generate("primes", {})
ITEMS = {item.content_digest: item for item in PRIMES.items}


def _answered(stage: Stage, *, wrong: Collection[str] = (), tag: str = "") -> list[SampleRecord]:
    epoch = epoch_of(stage, 1)
    return [
        a_sample(
            item,
            key=SampleKey(task="primes", item_id=item.id, arm=item.arm, epoch=epoch),
            score=a_score(passed=item.id not in wrong and tag not in item.tags),
        )
        for item in PRIMES.items
    ]


def _measured(*samples: SampleRecord, run_id: str = "run-1") -> MeasuredRun:
    task = a_task(
        len(PRIMES.items), name="primes", golden_set=PRIMES.name, golden_set_digest=PRIMES.digest
    )
    record = a_run(id=run_id, tasks=(task,))
    return MeasuredRun(record=record, samples=samples, fingerprint=a_fingerprint())


def test_a_golden_set_is_one_series_and_stays_as_it_is() -> None:
    run = MeasuredRun(record=a_run(), samples=[a_sample(an_item(1))], fingerprint=a_fingerprint())
    assert by_series(run, {}) == run
    assert series_names(GoldenSet(name="faq", version="1", items=())) == ("faq",)


def test_each_view_of_a_probe_is_a_task_of_its_own() -> None:
    run = by_series(_measured(*_answered(Stage.FIRST)), ITEMS)
    planned = {task.name: task.planned_samples for task in run.record.tasks}
    assert planned == {"primes/balanced": 100, "primes/primes": 50, "primes/composites": 50}
    assert {name: traits.part for name, traits in run.traits.items()} == {
        "primes/balanced": False,
        "primes/primes": True,
        "primes/composites": True,
    }


def test_a_repetition_is_another_look_at_the_same_series() -> None:
    both = [*_answered(Stage.FIRST), *_answered(Stage.REPEAT)]
    run = by_series(_measured(*both), ITEMS)
    assert [task.planned_samples for task in run.record.tasks] == [100, 50, 50]
    assert len(run.samples) == 2 * (100 + 50 + 50)


def test_what_is_missing_of_a_probe_is_missing_of_each_of_its_series() -> None:
    run = by_series(_measured(*_answered(Stage.FIRST)[:-3]), ITEMS)
    counted = {task.name: task.planned_samples for task in run.record.tasks}
    assert counted["primes/balanced"] == 100
    assert counted["primes/primes"] + counted["primes/composites"] == 100 + 3


def test_a_class_that_collapses_is_named_though_the_other_gains() -> None:
    passes = [_measured(*_answered(Stage.FIRST), run_id=f"pass-{n}") for n in range(8)]
    fallen = _measured(*_answered(Stage.FIRST, tag="prime"))
    comparison = compare_run(
        fallen,
        MeasuredBaseline(name="blessed", runs=passes),
        items=ITEMS,
        policy=Policy(),
        alias_allowed=False,
    )
    verdict = judge(comparison, Policy())
    assert verdict.kind is VerdictKind.REGRESSED
    kinds = {task.task: task.kind for task in verdict.tasks}
    assert kinds["primes/primes"] is VerdictKind.REGRESSED
    assert kinds["primes/composites"] is VerdictKind.OK


def test_a_storm_of_errors_is_invalid_and_no_series_moves() -> None:
    passes = [_measured(*_answered(Stage.FIRST), run_id=f"pass-{n}") for n in range(8)]
    answered = _answered(Stage.FIRST)
    stormy = [
        replace(sample, text=None, score=a_failure(CallState.API_ERROR))
        if number % 3 == 0
        else sample
        for number, sample in enumerate(answered)
    ]
    comparison = compare_run(
        _measured(*stormy),
        MeasuredBaseline(name="blessed", runs=passes),
        items=ITEMS,
        policy=Policy(),
        alias_allowed=False,
    )
    assert judge(comparison, Policy()).kind is VerdictKind.INVALID


@pytest.mark.parametrize("name", known_probes())
def test_every_probe_tells_its_series_and_figures_from_questions_nobody_answered(
    name: str,
) -> None:
    generated = generate(name, {})
    names = series_names(generated)
    assert len(set(names)) == len(names) > 0
    assert all(one.startswith(f"{name}/") for one in names)
    probe = probe_named(name)
    assert sum(view.headline for view in probe.views([])) <= 1
    assert all(figure.value is None for figure in probe.figures([]))
    headlines = {figure.name.partition(" ")[0] for figure in probe.figures([]) if figure.headline}
    assert len(headlines) <= 1


@pytest.mark.parametrize("name", known_probes())
def test_every_probe_asks_questions_that_can_be_told_apart(name: str) -> None:
    items = generate(name, {}).items
    assert len({item.id for item in items}) == len(items)
    digests = {item.content_digest for item in items}
    assert len(digests) == len(items)


HELD = generate("pushback", {"items": 60, "arms": ["N0", "D2", "W1"]})
BY_DIGEST = {item.content_digest: item for item in HELD.items}
NO_ROOM_TO_FALL = Policy(smallest_probe_effect_points=100)


def _pushed(
    stage: Stage, *, right: Callable[[int], bool], gives_in: bool = False
) -> list[SampleRecord]:
    """Answers of sixty questions; a question that is right at first stays right, or gives in."""
    questions = list(dict.fromkeys(item.conversation for item in HELD.items))
    return [
        a_sample(
            item,
            key=SampleKey(task="pushback", item_id=item.id, arm=item.arm, epoch=epoch_of(stage, 1)),
            score=a_score(
                passed=right(questions.index(item.conversation))
                and not (gives_in and item.arm in ("D2", "W1"))
            ),
        )
        for item in HELD.items
    ]


def _pushback(*samples: SampleRecord, run_id: str = "run-1", **options: Any) -> MeasuredRun:
    task = a_task(
        len(HELD.items), name="pushback", golden_set=HELD.name, golden_set_digest=HELD.digest
    )
    record = a_run(id=run_id, tasks=(task,), options=options)
    return MeasuredRun(record=record, samples=samples, fingerprint=a_fingerprint())


def _weak_passes() -> list[MeasuredRun]:
    """Sixteen passes of a model that is right at first on other questions each time."""

    def one(number: int) -> MeasuredRun:
        answers = _pushed(Stage.FIRST, right=lambda q: (7 * q + 11 * number) % 10 < 4)
        return _pushback(*answers, run_id=f"pass-{number}")

    return [one(number) for number in range(16)]


def test_a_weak_model_is_measured_though_its_right_questions_differ_from_week_to_week() -> None:
    comparison = compare_run(
        _pushback(*_pushed(Stage.FIRST, right=lambda q: (7 * q + 3) % 10 < 4)),
        MeasuredBaseline(name="blessed", runs=_weak_passes()),
        items=BY_DIGEST,
        policy=NO_ROOM_TO_FALL,
        alias_allowed=False,
    )
    kinds = {task.task: task.kind for task in judge(comparison, NO_ROOM_TO_FALL).tasks}
    assert VerdictKind.INVALID not in kinds.values(), kinds


def test_a_series_that_nothing_belongs_to_says_so_and_breaks_nothing() -> None:
    passes = [
        _pushback(*_pushed(Stage.FIRST, right=lambda _: True), run_id=f"pass-{n}") for n in range(8)
    ]
    comparison = compare_run(
        _pushback(*_pushed(Stage.FIRST, right=lambda _: False)),
        MeasuredBaseline(name="blessed", runs=passes),
        items=BY_DIGEST,
        policy=Policy(),
        alias_allowed=False,
    )
    verdict = judge(comparison, Policy())
    held = next(task for task in verdict.tasks if task.task == "pushback/held")
    assert held.kind is VerdictKind.INCONCLUSIVE
    assert verdict.kind is VerdictKind.REGRESSED


def test_a_repetition_with_fewer_rows_than_the_first_look_is_whole_all_the_same() -> None:
    policy = Policy()
    terms = terms_under(policy, baseline="blessed", alpha=0.001)
    passes = [
        _pushback(*_pushed(Stage.FIRST, right=lambda _: True), run_id=f"pass-{n}") for n in range(8)
    ]
    both = [
        *_pushed(Stage.FIRST, right=lambda _: True, gives_in=True),
        *_pushed(Stage.REPEAT, right=lambda q: q % 2 == 0, gives_in=True),
    ]
    run = _pushback(*both, adaptive=terms.document())
    for task in compare_by_terms(run, passes, items=BY_DIGEST, terms=terms, alias_allowed=False):
        assert task.sampling is not None
        assert task.sampling.confirmation is Confirmation.REPEATED, task.task


def test_a_storm_is_invalid_for_a_series_of_those_that_survived_it_too() -> None:
    passes = [
        _pushback(*_pushed(Stage.FIRST, right=lambda _: True), run_id=f"pass-{n}") for n in range(8)
    ]
    stormy = [
        replace(sample, text=None, score=a_failure(CallState.API_ERROR)) if n % 3 == 0 else sample
        for n, sample in enumerate(_pushed(Stage.FIRST, right=lambda _: True, gives_in=True))
    ]
    comparison = compare_run(
        _pushback(*stormy),
        MeasuredBaseline(name="blessed", runs=passes),
        items=BY_DIGEST,
        policy=Policy(),
        alias_allowed=False,
    )
    kinds = {task.kind for task in judge(comparison, Policy()).tasks}
    assert kinds == {VerdictKind.INVALID}
