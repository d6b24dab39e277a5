"""Faults, with real processes on a real Postgres: nothing is lost, and nothing is there twice.

This is the small version of `tests/bench/bench_faults.py`; docs/service-faults.md has its table.
"""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from tests.faults.laboratory import Plan, laboratory
from tests.faults.scenario import Faults, play

PLAN = Plan(servers=2, workers=2, endpoints=2, moments=2, items=16, large=200)
FAULTS = Faults(kills=5, database_restarts=1, storms=1, every_calls=8)


def test_kills_a_database_restart_and_a_storm_lose_and_double_nothing() -> None:
    now = datetime.now(UTC)  # noqa: TID251 - what servers will find due
    rng = Random(4)  # noqa: S311 - a seed that can be played again
    with laboratory(PLAN, now=now) as lab:
        seen = play(lab, FAULTS, rng, give_up_seconds=300)
        told = {path.name: path.read_text()[-2000:] for path in lab.folder.glob("*.log")}
    assert (seen.count.lost, seen.count.doubled) == ([], []), told
    assert (seen.count.slots, seen.count.runs, seen.count.verdicts) == (5, 5, 5)
    assert seen.count.samples == 4 * 16 + 200
    assert sum(seen.tried.values()) == 7
