"""Inside the child process: Inspect runs here, and nowhere else.

Inspect allows one evaluation a process, replaces hooks of the interpreter, reads ``.env`` files
and is configured through the environment; a process of its own keeps all that from the parent.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import threading
import traceback
from typing import TYPE_CHECKING

from evals.engine.ended import Ended
from evals.engine.outbox import Outbox
from evals.engine.surroundings import settle
from evals.errors import EvalsError
from evals.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from inspect_ai import Task
    from inspect_ai.log import EvalLog
    from inspect_ai.model import BatchConfig

    from evals.engine.plan import RunPlan
    from evals.engine.rate_limit import RateLimit

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LAST_CHANCE_SECONDS = 10.0


def main(plan: RunPlan, rows: Connection, lifeline: Connection) -> None:
    """Run ``plan``, send each finished sample over ``rows``, and `Ended` at last.

    The child stops when the parent closes ``lifeline``, by intent or by dying, and on SIGTERM and
    SIGINT.
    """
    # Until the loop runs; SIGTERM alone would kill without a last word.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    outbox = Outbox(rows)
    ended = _run(plan, outbox, lifeline)
    # It is over: the parent's farewell must not interrupt the last words.
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    outbox.put(_without_keys(ended, plan))
    outbox.close()
    shutil.rmtree(plan.scratch_dir, ignore_errors=True)
    # Inspect leaves threads and log handlers behind that may outlive their use.
    os._exit(0)


def _run(plan: RunPlan, outbox: Outbox, lifeline: Connection) -> Ended:
    try:
        settle(plan)
    except OSError as error:
        return Ended(status="error", error=f"no place for its files: {error}")
    try:
        return asyncio.run(_until_told(plan, outbox, lifeline))
    except KeyboardInterrupt:
        return Ended(status="cancelled")
    except Exception as error:  # noqa: BLE001 - the parent turns whatever broke into a message
        said = redact(traceback.format_exc(), *plan.keys)
        os.write(2, said.encode())  # engine.log; the stream could be closed by now
        known = isinstance(error, EvalsError)
        sentence = str(error).removesuffix(".") if known else f"{type(error).__name__}: {error}"
        return Ended(status="error", error=sentence)


async def _until_told(plan: RunPlan, outbox: Outbox, lifeline: Connection) -> Ended:
    loop = asyncio.get_running_loop()
    evaluation = asyncio.ensure_future(_evaluate(plan, outbox))

    def stop() -> None:
        # Once only: a second cancellation would break the clean-up that the first has started.
        for each in _SIGNALS:
            loop.add_signal_handler(each, lambda: None)
        if not evaluation.cancelling():
            evaluation.cancel()

    for each in _SIGNALS:
        loop.add_signal_handler(each, stop)
    tell = lambda: loop.call_soon_threadsafe(stop)  # noqa: E731 - a name for one expression
    threading.Thread(target=_stop_with_parent, args=(lifeline, tell), daemon=True).start()
    try:
        return _ended(await evaluation)
    except asyncio.CancelledError:
        return Ended(status="cancelled")


def _stop_with_parent(lifeline: Connection, stop: Callable[[], object]) -> None:
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        # A second chance for a loop that is stuck.
        threading.Timer(_LAST_CHANCE_SECONDS, os._exit, args=(1,)).start()
        with contextlib.suppress(RuntimeError):  # the loop may have ended by itself
            stop()


async def _evaluate(plan: RunPlan, outbox: Outbox) -> list[EvalLog]:
    from inspect_ai import eval_async
    from inspect_ai.util import display_type

    from evals.engine.provider import open_model
    from evals.engine.rate_limit import RateLimit
    from evals.engine.spare import spare_clients
    from evals.engine.stream import stream_samples

    spare_clients(plan.clients)
    display_type()  # makes INSPECT_DISPLAY count for eval_async
    limits = plan.target.endpoint.limits
    batch = _batch(plan)
    rate_limit = RateLimit(limits.requests_per_minute if batch is None else None)
    model = open_model(plan.target, seed=plan.run_id, rate_limit=rate_limit, batch=batch)
    stream_samples(plan, outbox)
    return await eval_async(
        _tasks(plan, rate_limit),
        model=model,
        log_dir=str(plan.log_dir),
        metadata={"pinwatch_run": plan.run_id},
        max_samples=limits.max_connections if batch is None else plan.size,
        max_tasks=1,
        fail_on_error=False,
        retry_on_error=0,
        score=True,
        score_display=False,
        log_realtime=False,
        log_model_api=False,
        log_header_only=True,
        log_buffer=50,
        ctl_server=False,
    )


def _batch(plan: RunPlan) -> BatchConfig | None:
    """Return how to batch: all that is asked at once goes out together, or after one look."""
    from inspect_ai.model import BatchConfig

    poll = plan.batch_poll_seconds
    return None if poll is None else BatchConfig(size=plan.size, send_delay=poll, tick=poll)


def _tasks(plan: RunPlan, rate_limit: RateLimit) -> list[Task]:
    from evals.engine.judging import ask_judge
    from evals.scorers.scored import ScoringContext
    from evals.tasks.golden import golden_task

    context = ScoringContext(
        ask_judge=ask_judge(plan.judge, seed=plan.run_id) if plan.judge else None,
        sandbox=plan.sandbox.value,
    )
    return [
        golden_task(
            task.name,
            task.samples,
            system_prompt=plan.target.endpoint.system_prompt,
            context=context,
            before_call=rate_limit.wait,
        )
        for task in plan.tasks
    ]


def _ended(logs: list[EvalLog]) -> Ended:
    if not logs:
        return Ended(status="cancelled")
    errors = [log.error.message for log in logs if log.error]
    worst = next((log.status for log in logs if log.status != "success"), "success")
    return Ended(status=worst, error=errors[0] if errors else None)


def _without_keys(ended: Ended, plan: RunPlan) -> Ended:
    return Ended(status=ended.status, error=redact(ended.error, *plan.keys))
