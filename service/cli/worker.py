"""``evals worker``: does what is due, beside as many other workers as there are."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.context import ConfigPath, open_keeper


def command(
    *,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Jobs at once.")] = 2,
    name: Annotated[
        str | None, typer.Option(help="What it is called in logs; host and process if absent.")
    ] = None,
    drain_seconds: Annotated[
        float,
        typer.Option(min=0, help="Told to stop, give jobs this long; then hand them back."),
    ] = 30.0,
    heartbeat_seconds: Annotated[
        float,
        typer.Option(
            min=0.2, help="Give a sign of life so often; after three missed ones others take over."
        ),
    ] = 10.0,
    config_path: ConfigPath = None,
) -> None:
    """Work: start due checks, ask, judge. Any number of workers share one Postgres.

    SIGTERM and Ctrl-C let jobs end for --drain-seconds and then hand them back; a second time, at
    once. On SQLite `evals serve` has a worker inside, and needs no other.
    """
    import os
    import signal
    import socket
    from datetime import UTC, datetime

    from service import logs
    from service.configuration import Configuration
    from service.queue import is_shared, queue_of
    from service.worker import Manner, worker_of
    from service.world import World

    keeper = open_keeper(threads=concurrency)
    logs.set_up(keeper.settings)
    manner = Manner(
        name=name or f"{socket.gethostname()}-{os.getpid()}",
        concurrency=concurrency,
        drain_seconds=drain_seconds,
        heartbeat_seconds=heartbeat_seconds,
        sweep_seconds=min(5.0, heartbeat_seconds),
    )
    world = World(
        keeper=keeper,
        configuration=Configuration.named(config_path, keeper.settings),
        clock=lambda: datetime.now(UTC),  # noqa: TID251 - a command line may read the clock
        queue=queue_of(keeper.engine),
    )
    worker = worker_of(world, manner)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: worker.stop())
    if not is_shared(keeper.engine):
        typer.echo("On SQLite there is one worker: do not run it beside `evals serve`.", err=True)
    typer.echo(f"Worker {manner.name} takes {concurrency} jobs at once. Stop it with Ctrl-C.")
    worker.run()
    typer.echo(f"Worker {manner.name} has stopped; nothing of it is left undone or lost.")
