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
from tests.faults.scenario import Faults, play

PLAN = Plan()
FAULTS = Faults(kills=32, database_restarts=3, storms=3)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Play the scenario, print what came of it, and fail when anything was lost or doubled."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    now = datetime.now(UTC)  # noqa: TID251 - a bench reads the clock
    with laboratory(PLAN, now=now) as lab:
        rng = Random(seed)  # noqa: S311 - a seed that can be played again
        seen = play(lab, FAULTS, rng, give_up_seconds=400)
        for what, times in sorted(seen.tried.items()):
            say(f"{times:4} x {what}")
        counted = seen.count
        say(f"{PLAN.servers} servers and {PLAN.workers} workers, {seen.seconds:.0f} s, seed {seed}")
        say(
            f"{counted.slots} slots, {counted.runs} runs, {counted.samples} samples, "
            f"{counted.verdicts} verdicts; {counted.asked_again} calls were made again"
        )
        say(f"lost: {len(counted.lost)}; doubled: {len(counted.doubled)}")
        for line in (*counted.lost, *counted.doubled):
            say(f"  {line}")
        if counted.lost or counted.doubled:
            for log in sorted(lab.folder.glob("*.log")):
                say(f"--- {log.name}\n{log.read_text()[-3000:]}")
    return int(bool(counted.lost or counted.doubled))


if __name__ == "__main__":
    raise SystemExit(main())
