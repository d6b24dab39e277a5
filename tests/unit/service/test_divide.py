"""Dividing a run: each sample in one shard, conversations whole, shares alike."""

from __future__ import annotations

from evals.engine.plan import PlannedSample, PlannedTask
from service.stages.divide import share
from tests.unit.simulator.factories_simulator import make_item


def a_task(name: str = "sums", count: int = 10, epochs: int = 2) -> PlannedTask:
    items = [make_item(f"{name}-{n}") for n in range(count)]
    samples = (PlannedSample(item=item, epoch=e + 1) for e in range(epochs) for item in items)
    return PlannedTask(name=name, samples=tuple(samples))


def keys(task: PlannedTask) -> list[str]:
    return [str(sample.key(task.name)) for sample in task.samples]


def test_every_sample_is_in_one_shard_and_shares_are_alike() -> None:
    tasks = [a_task("sums", 10), a_task("facts", 5)]
    shares = [share(tasks, number=number, shards=4) for number in (1, 2, 3, 4)]
    dealt = [key for one in shares for task in one for key in keys(task)]
    assert sorted(dealt) == sorted(key for task in tasks for key in keys(task))
    assert [sum(len(task.samples) for task in one) for one in shares] == [8, 8, 8, 6]


def test_conversations_stay_together() -> None:
    forks = [make_item(f"f-{n}", conversation="talk") for n in range(4)]
    alone = [make_item("talk"), make_item("other")]
    samples = tuple(PlannedSample(item=item, epoch=1) for item in (*forks, *alone))
    task = PlannedTask(name="probe", samples=samples)
    first, second, third = (share([task], number=n, shards=3) for n in (1, 2, 3))
    assert [one.item.id for one in first[0].samples] == ["f-0", "f-1", "f-2", "f-3"]
    assert [one.item.id for one in second[0].samples] == ["talk"]
    assert [one.item.id for one in third[0].samples] == ["other"]


def test_a_shard_without_a_share_has_no_tasks() -> None:
    assert share([a_task(count=1)], number=2, shards=2) == ()
