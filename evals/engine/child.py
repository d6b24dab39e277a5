"""Inside the child process: Inspect runs here, and nowhere else.

Inspect allows one evaluation a process, replaces hooks of the interpreter, reads ``.env`` files
and is configured through the environment; a process of its own keeps all that from the parent.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.queues import Queue

    from inspect_ai import Task
    from inspect_ai.log import EvalLog

    from evals.engine.plan import RunPlan
    from evals.records import SampleRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """The last word of a child.

    Attributes:
        status: ``success``, ``cancelled`` or ``error``, as Inspect says.
        error: What broke, for ``error``.
    """

    status: str
    error: str | None = None


def main(plan: RunPlan, rows: Queue[SampleRecord | Ended], lifeline: Connection) -> None:
    """Run ``plan``, put each finished sample on ``rows``, and `Ended` at last.

    The child stops when the parent closes ``lifeline``, by intent or by dying.
    """
    _become_quiet(plan)
    # SIGTERM alone would leave Inspect's log in the state "started".
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    threading.Thread(target=_stop_with_parent, args=(lifeline,), daemon=True).start()
    try:
        logs = asyncio.run(_evaluate(plan, rows))
    except KeyboardInterrupt:
        rows.put(Ended(status="cancelled"))
    except Exception as error:  # noqa: BLE001 - the parent turns whatever broke into a message
        rows.put(Ended(status="error", error=f"{type(error).__name__}: {error}"))
    else:
        rows.put(_ended(logs))
    # Inspect leaves threads and log handlers behind that may outlive their use.
    rows.close()
    rows.join_thread()
    os._exit(0)


def _become_quiet(plan: RunPlan) -> None:
    plan.scratch_dir.mkdir(parents=True, exist_ok=True)
    plan.log_dir.mkdir(parents=True, exist_ok=True)
    os.chdir(plan.scratch_dir)  # away from anybody's .env
    # The child's environment is its own, and the only way to configure these parts of Inspect.
    own = os.environ  # noqa: TID251
    own.update(
        XDG_DATA_HOME=str(plan.scratch_dir),
        INSPECT_DISPLAY="none",
        INSPECT_TRACE_LEVEL="WARNING",
        INSPECT_LOG_LEVEL="error",
    )
    own.pop("INSPECT_TRACE_FILE", None)
    descriptor = os.open(plan.log_dir / "engine.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(descriptor, stream.fileno())


def _stop_with_parent(lifeline: Connection) -> None:
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        os.kill(os.getpid(), signal.SIGINT)
        # A second chance for a loop that swallowed the first.
        threading.Timer(10.0, os._exit, args=(1,)).start()


async def _evaluate(plan: RunPlan, rows: Queue[SampleRecord | Ended]) -> list[EvalLog]:
    from inspect_ai import eval_async
    from inspect_ai.util import display_type

    from evals.engine.provider import open_model
    from evals.engine.stream import stream_samples

    display_type()  # makes INSPECT_DISPLAY count for eval_async
    limits = plan.target.endpoint.limits
    model = open_model(plan.target, max_connections=limits.max_connections, seed=plan.run_id)
    with stream_samples(plan, rows):
        return await eval_async(
            _tasks(plan),
            model=model,
            log_dir=str(plan.log_dir),
            metadata={"pinwatch_run": plan.run_id},
            max_samples=limits.max_connections,
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


def _tasks(plan: RunPlan) -> list[Task]:
    from evals.engine.judging import ask_judge
    from evals.engine.rate_limit import RateLimit
    from evals.scorers.scored import ScoringContext
    from evals.tasks.golden import golden_task

    endpoint = plan.target.endpoint
    rate_limit = RateLimit(endpoint.limits.requests_per_minute)
    context = ScoringContext(
        ask_judge=ask_judge(plan.judge, seed=plan.run_id) if plan.judge else None,
        sandbox=plan.sandbox.value,
    )
    return [
        golden_task(
            task.name,
            task.samples,
            system_prompt=endpoint.system_prompt,
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
