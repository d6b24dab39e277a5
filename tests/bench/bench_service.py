"""Print how fast workers ask and what they weigh: ``python -m tests.bench.bench_service``.

Throughput of 1, 2 and 4 workers on an endpoint of 200 ms, beside a bare asyncio loop over the
openai client on the same calls; resident memory of a server and a worker after 10,000 samples.
It takes about five minutes on two cores. Never a test.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

sys.path.insert(0, str(Path(__file__).parents[2]))

from service.db.session import reading
from service.db.tables import SampleRow
from service.pipeline import new_run
from service.queue import queue_of
from service.stages.plan import Options
from service.store import handed, runs
from service.subject import resolve
from tests.faults.laboratory import Plan, laboratory
from tests.unit.simulator.factories_simulator import sum_items

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.records import RunRecord
    from tests.faults.laboratory import Laboratory

LATENCY_SECONDS = 0.2
CONNECTIONS = 64
SAMPLES = 2000
MOST_SECONDS = 600


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def bare_loop(base_url: str, samples: int) -> float:
    """Return samples a second of the openai client alone, with as many calls at once."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        pool.apply(_asked, (base_url, CONNECTIONS))
        return samples / pool.apply(_asked, (base_url, samples))


def _asked(base_url: str, samples: int) -> float:
    return asyncio.run(_ask_all(base_url, samples))


async def _ask_all(base_url: str, samples: int) -> float:
    from openai import AsyncOpenAI

    turns = asyncio.Semaphore(CONNECTIONS)

    async def ask(client: AsyncOpenAI, prompt: str) -> None:
        async with turns:
            await client.chat.completions.create(
                model="sim-0", messages=[{"role": "user", "content": prompt}]
            )

    prompts = [item.messages[0].content for item in sum_items(samples)]
    async with AsyncOpenAI(base_url=base_url, api_key="none", max_retries=0) as client:
        begun = time.perf_counter()
        await asyncio.gather(*(ask(client, prompt) for prompt in prompts))
        return time.perf_counter() - begun


def handed_over(lab: Laboratory) -> RunRecord:
    now = datetime.now(UTC)  # noqa: TID251 - a bench reads the clock
    config, folders = lab.configuration.current()
    subject = resolve(config, endpoint="sim-0", suite="large", search_paths=folders)
    run = new_run(
        lab.keeper,
        subject,
        Options(epochs=1),
        linked=lambda session, run: handed.hand_over(session, run.id, now=now),
    )
    wait_until(lambda: is_settled(lab, run.id))
    return run


def is_settled(lab: Laboratory, run_id: str) -> bool:
    with reading(lab.keeper.engine) as session:
        return handed.get(session, run_id) is None


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + MOST_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("it did not end in time")
        time.sleep(0.1)  # a poll; MOST_SECONDS ends it


def rate(lab: Laboratory, run_id: str) -> tuple[float, float]:
    """Return samples a second while a run is asked, and from its start to its verdict."""
    moments = func.min(SampleRow.completed_at), func.max(SampleRow.completed_at), func.count()
    with reading(lab.keeper.engine) as session:
        first, last, count = session.execute(
            select(*moments).where(SampleRow.run_id == run_id)
        ).one()
        run = runs.get(session, run_id)
    assert run.completed_at is not None
    asking = (last - first).total_seconds() + LATENCY_SECONDS
    return count / asking, count / (run.completed_at - run.created_at).total_seconds()


def throughput(workers: int) -> None:
    plan = Plan(
        servers=0,
        workers=workers,
        endpoints=0,
        moments=0,
        large=SAMPLES,
        connections=CONNECTIONS,
        delay_seconds=LATENCY_SECONDS,
    )
    now = datetime.now(UTC)  # noqa: TID251 - a bench reads the clock
    with laboratory(plan, now=now) as lab:
        bare = bare_loop(lab.simulator.openai_base_url, SAMPLES)
        start(lab)
        handed_over(lab)
        asking, whole = rate(lab, handed_over(lab).id)
        say(
            f"{workers} worker{'s' if workers > 1 else ''}: {asking:.0f} samples/s while asking, "
            f"{whole:.0f} from plan to verdict; bare loop {bare:.0f} ({asking / bare:.0%})"
        )


def start(lab: Laboratory) -> None:
    for name in lab.names:
        lab.start(name)
    queue = queue_of(lab.keeper.engine)
    wait_until(lambda: queue.workers() == max(1, lab.plan.workers) and _registered(lab))


def _registered(lab: Laboratory) -> bool:
    with reading(lab.keeper.engine) as session:
        found = session.scalar(text("SELECT count(*) FROM procrastinate_workers"))
    return bool(found == lab.plan.workers)


def memory() -> None:
    plan = Plan(
        workers=1,
        servers=1,
        endpoints=0,
        moments=0,
        large=SAMPLES,
        connections=CONNECTIONS,
        delay_seconds=0,
    )
    now = datetime.now(UTC)  # noqa: TID251 - a bench reads the clock
    with laboratory(plan, now=now) as lab:
        start(lab)
        wait_until(lambda: (lab.folder / "serve-1.log").read_text().startswith("Pinwatch serves"))
        say(f"at the start: {weights(lab)}")
        for done in range(SAMPLES, 10_000 + 1, SAMPLES):
            handed_over(lab)
            say(f"after {done} samples: {weights(lab)}")


def weights(lab: Laboratory) -> str:
    own = {name: process.pid for name, process in lab.processes.items()}
    return ", ".join(
        f"{name} {resident_mb(pid):.0f} MB"
        + "".join(f" + {resident_mb(child):.0f} MB" for child in children_of(pid))
        for name, pid in own.items()
    )


def resident_mb(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def children_of(pid: int) -> list[int]:
    """Return the processes that one has started, such as the forkserver of its runs."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def main() -> None:
    for workers in (1, 2, 4):
        throughput(workers)
    memory()


if __name__ == "__main__":
    main()
