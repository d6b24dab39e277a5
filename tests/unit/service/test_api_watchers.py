"""Watchers of one run share its looks."""

from __future__ import annotations

import asyncio

import pytest

from service.api.watchers import Watchers
from service.errors import StoreUnavailable, TooManyWatchers


class Lookout:
    """Counts how often somebody looked, and is away when it should be."""

    def __init__(self) -> None:
        self.looks = 0
        self.away = False

    async def __call__(self) -> int:
        self.looks += 1
        await asyncio.sleep(0)
        if self.away:
            raise StoreUnavailable("the database does not answer")
        return self.looks


def test_all_who_watch_a_run_share_one_look() -> None:
    async def many() -> tuple[list[int], int, int]:
        watchers, lookout = Watchers[int](), Lookout()
        looks = (watchers.look("run", lookout, every_seconds=60) for _ in range(20))
        shared = await asyncio.gather(*looks)
        other = await watchers.look("other", lookout, every_seconds=60)
        return list(shared), other, await watchers.look("run", lookout, every_seconds=0)

    assert asyncio.run(many()) == ([1] * 20, 2, 3)


def test_who_leaves_takes_the_look_from_nobody() -> None:
    async def one_leaves() -> int:
        watchers, lookout = Watchers[int](), Lookout()
        leaving, staying = (
            asyncio.ensure_future(watchers.look("run", lookout, every_seconds=60)) for _ in "ab"
        )
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert asyncio.run(one_leaves()) == 1


def test_a_store_that_is_away_is_told_to_each_and_asked_again() -> None:
    async def away() -> tuple[list[object], int]:
        watchers, lookout = Watchers[int](), Lookout()
        lookout.away = True
        looks = (watchers.look("run", lookout, every_seconds=60) for _ in range(2))
        told: list[object] = list(await asyncio.gather(*looks, return_exceptions=True))
        lookout.away = False
        return told, await watchers.look("run", lookout, every_seconds=0)

    told, later = asyncio.run(away())
    assert [type(one) for one in told] == [StoreUnavailable, StoreUnavailable]
    assert later == 2


def test_one_watcher_too_many_is_refused_until_another_leaves() -> None:
    watchers = Watchers[int](most=2)
    with watchers.watching("a"):
        with watchers.watching("a"), pytest.raises(TooManyWatchers, match="2 lines are watched"):
            watchers.refuse_one_more()
        watchers.refuse_one_more()
