"""Faults: kills, database restarts and provider storms under load; what was lost or doubled.

Run: python tests/bench/bench_faults.py [SEED]. It takes about two minutes on two cores.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.faults.laboratory import Plan, laboratory
from tests.faults.scenario import Faults, Observed, play

SCENARIOS = {
    "Postgres, 2 servers and 4 workers": (Plan(), Faults(kills=32, database_restarts=3, storms=3)),
    "SQLite, one server with its worker inside": (
        Plan(servers=1, workers=0, endpoints=3, moments=2, items=30, large=0, sqlite=True),
        Faults(kills=8, storms=1, every_calls=10, at_latest_seconds=20),
    ),
}


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Play each scenario, print what came of it, and fail when anything was lost or doubled."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    wrong = 0
    for title, (plan, faults) in SCENARIOS.items():
        now = datetime.now(UTC)  # noqa: TID251 - a bench reads the clock
        with laboratory(plan, now=now) as lab:
            rng = Random(seed)  # noqa: S311 - a seed that can be played again
            seen = play(lab, faults, rng, give_up_seconds=600)
            tell(f"{title}, seed {seed}", seen)
            if seen.count.lost or seen.count.doubled:
                wrong += 1
                for log in sorted(lab.folder.glob("*.log")):
                    say(f"--- {log.name}\n{log.read_text()[-3000:]}")
    return int(bool(wrong))


def tell(title: str, seen: Observed) -> None:
    say(f"{title}: {seen.seconds:.0f} s")
    for what, times in sorted(seen.tried.items()):
        say(f"{times:4} x {what}")
    counted = seen.count
    say(
        f"  {counted.slots} slots, {counted.runs} runs, {counted.samples} samples, "
        f"{counted.verdicts} verdicts; {counted.asked_again} calls were made again"
    )
    say(f"  lost: {len(counted.lost)}; doubled: {len(counted.doubled)}")
    for line in (*counted.lost, *counted.doubled):
        say(f"    {line}")


if __name__ == "__main__":
    raise SystemExit(main())
