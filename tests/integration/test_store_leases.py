"""Leases: whatever the order, connections under one key are never used by two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from evals.endpoint import Endpoint, Limits
from evals.policy import Policy
from evals.suite import suite_of_golden_set
from service.db.session import reading
from service.errors import KeyBusy
from service.stages.lease import LASTS, RENEW_EVERY, Leased, lease
from service.store import leases
from service.subject import Subject
from tests.integration.store_factories import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

PLACE = "http://127.0.0.1:9/v1"


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def a_subject(connections: int = 8, *, judge: int | None = None, **limits: float) -> Subject:
    endpoint = Endpoint(
        model="openai-api/sim/sim-1",
        base_url=PLACE,
        limits=Limits(max_connections=connections, **limits),  # type: ignore[arg-type]
    )
    other = {"base_url": "http://127.0.0.1:10/v1", "limits": Limits(max_connections=judge or 1)}
    return Subject(
        endpoint_name="sim",
        endpoint=endpoint,
        suite_name="sums",
        suite=suite_of_golden_set("sums"),
        golden_sets=(),
        policy=Policy(),
        judge=None if judge is None else endpoint.model_copy(update=other),
    )


def in_use(engine: Engine, now: datetime = NOW) -> dict[str, int]:
    with reading(engine) as session:
        return leases.in_use(session, now=now)


def test_the_sum_of_all_shares_is_the_limit_and_rates_are_shared_alike(database: Engine) -> None:
    subject, clock = a_subject(8, requests_per_minute=240), Clock()
    parts = [lease(database, subject, f"run/{n}", parts=3, clock=clock) for n in (1, 2, 3)]
    limits = [one.within(subject).endpoint.limits for one in parts]
    assert [one.max_connections for one in limits] == [3, 3, 2]
    assert [one.requests_per_minute for one in limits] == [90, 90, 60]
    with pytest.raises(KeyBusy, match=PLACE):
        lease(database, subject, "another", clock=clock)
    parts[0].give_back()
    late = lease(database, subject, "another", clock=clock)
    assert late.connections == {PLACE: 3}
    assert in_use(database) == {PLACE: 8}


def test_a_run_gets_what_is_free_or_as_many_as_it_wants(database: Engine) -> None:
    clock = Clock()
    assert lease(database, a_subject(8), "one", most=5, clock=clock).connections == {PLACE: 5}
    assert lease(database, a_subject(8), "two", clock=clock).connections == {PLACE: 3}


def test_who_goes_on_with_a_run_has_its_lease_already(database: Engine) -> None:
    clock = Clock()
    lease(database, a_subject(4), "run/0", clock=clock)
    again = lease(database, a_subject(4), "run/0", clock=clock)
    assert again.connections == {PLACE: 4}
    assert lease(database, a_subject(4), "run/0", most=2, clock=clock).connections == {PLACE: 2}
    assert in_use(database) == {PLACE: 2}


def test_who_was_taken_over_gives_back_nothing_and_hears_of_it(database: Engine) -> None:
    clock = Clock()
    before = lease(database, a_subject(4), "run/0", clock=clock)
    clock.now = NOW + LASTS + timedelta(seconds=1)
    after = lease(database, a_subject(4), "run/0", clock=clock)
    before.give_back()
    assert in_use(database, clock.now) == {PLACE: 4}
    with pytest.raises(KeyBusy, match="used by others"):
        before.renew()
    after.give_back()
    assert in_use(database, clock.now) == {}


def test_a_judge_is_leased_too_or_nothing_is(database: Engine) -> None:
    clock, subject = Clock(), a_subject(8, judge=2)
    one = lease(database, subject, "one", clock=clock)
    assert sorted(one.connections.values()) == [2, 8]
    judge = one.within(subject).judge
    assert judge is not None
    assert judge.limits.max_connections == 2
    elsewhere = subject.endpoint.model_copy(update={"base_url": "http://127.0.0.1:11/v1"})
    with pytest.raises(KeyBusy):
        lease(database, replace(subject, endpoint=elsewhere), "two", clock=clock)
    assert in_use(database) == {PLACE: 8, "http://127.0.0.1:10/v1": 2}


def test_a_lease_lapses_and_who_slept_too_long_hears_of_it(database: Engine) -> None:
    clock, other = Clock(), Clock()
    ours = lease(database, a_subject(4), "ours", clock=clock)
    clock.now = NOW + RENEW_EVERY
    ours.renew()
    other.now = NOW + LASTS + timedelta(seconds=1)
    with pytest.raises(KeyBusy):
        lease(database, a_subject(4), "theirs", clock=other)
    other.now = NOW + RENEW_EVERY + LASTS
    assert lease(database, a_subject(4), "theirs", most=1, clock=other).connections == {PLACE: 1}
    clock.now = other.now
    with pytest.raises(KeyBusy, match="used by others"):
        ours.renew()


def test_many_at_once_never_exceed_the_limit(database: Engine) -> None:
    def one(number: int) -> Leased | None:
        try:
            return lease(database, a_subject(5), f"run-{number}", most=2, clock=Clock())
        except KeyBusy:
            return None

    with ThreadPoolExecutor(6) as pool:
        granted = list(pool.map(one, range(6)))
    assert sum(one.connections[PLACE] for one in granted if one) == 5
    assert in_use(database) == {PLACE: 5}
