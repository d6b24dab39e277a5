"""``evals serve``: the scheduler, the API and, on SQLite, a worker, in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.context import ConfigPath, open_keeper

if TYPE_CHECKING:
    from datetime import datetime

    from evals.config import Config
    from service.configuration import Configuration
    from service.keeper import Keeper

_OTHER_THREADS = 60
"""Those that answer requests, 40 at once, and those of the scheduler."""


def command(
    *,
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    concurrency: Annotated[
        int, typer.Option(min=1, max=64, help="Jobs at once of the worker inside (SQLite).")
    ] = 2,
    drain_seconds: Annotated[
        float, typer.Option(min=0, help="Told to stop, give jobs this long; then hand them back.")
    ] = 30.0,
    config_path: ConfigPath = None,
) -> None:
    """Watch: start each check when it is due, answer under /api/v1, and say what is missing.

    Any number of servers share one Postgres; none leads. Checks are done by `evals worker` there,
    and by a worker inside on SQLite. SIGTERM and Ctrl-C stop it gracefully; a second time, at once.
    """
    import signal
    from datetime import UTC, datetime

    from service import logs
    from service.configuration import Configuration
    from service.queue import queue_of
    from service.serving import Serving, listen
    from service.worker import Manner
    from service.world import World

    keeper = open_keeper(threads=concurrency + _OTHER_THREADS)
    configuration = Configuration.named(config_path, keeper.settings)
    config, _ = configuration.current()
    address = listen(host, port)
    logs.set_up(keeper.settings)
    world = World(
        keeper=keeper,
        configuration=configuration,
        clock=lambda: datetime.now(UTC),  # noqa: TID251 - a command line may read the clock
        queue=queue_of(keeper.engine),
    )
    manner = Manner(name="inside", concurrency=concurrency, drain_seconds=drain_seconds)
    serving = Serving(world, configuration, address, manner)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: serving.stop())
    for line in _greeting(keeper, configuration, config, address.url, host, world.clock()):
        typer.echo(line)
    serving.run()
    typer.echo("Stopped; what was under way has ended or was handed back.")


def _greeting(
    keeper: Keeper,
    configuration: Configuration,
    config: Config,
    url: str,
    host: str,
    now: datetime,
) -> list[str]:
    """Say where it serves, what it will do, and what is missing for it to be of use."""
    from service.cli.unset import unset_line
    from service.db.engine import place
    from service.queue import is_shared

    shared = is_shared(keeper.engine)
    lines = [
        f"Pinwatch serves {url}, the API under {url}/api/v1; stop it with Ctrl-C.",
        f"It keeps everything in: {place(keeper.engine)}.",
        "Checks are done by workers; start as many as you need: evals worker"
        if shared
        else "Checks are done by a worker inside.",
    ]
    if not _is_loopback(host):
        lines.append("Everybody needs a token: evals token create NAME --scope read")
    if unset := unset_line(config, keeper.settings):
        lines.append(unset)
    if not configuration.path.exists():
        return [*lines, _NO_FILE]
    if not config.schedules:
        return [*lines, _NO_SCHEDULES.format(path=configuration.path)]
    return [*lines, _first_due(config, now)]


def _is_loopback(host: str) -> bool:
    from evals.base_url import is_loopback

    return is_loopback(host)


def _first_due(config: Config, now: datetime) -> str:
    """Say which schedule of the file is due first."""
    from evals.numbers import moment, plural
    from service.timetable.moments import next_due

    on = {name: one for name, one in config.schedules.items() if one.enabled}
    coming = [(due, name) for name, one in on.items() if (due := next_due(one, now)) is not None]
    told = plural(len(config.schedules), "schedule")
    if not coming:
        return f"{told}, and none is due any more: see `evals schedule list`."
    due, name = min(coming)
    return f"{told}; the next check is {name}, due {moment(due)}."


_NO_FILE = """\
There is no evals.yaml here yet, so nothing is checked. In another terminal, in this folder:
  evals config init       writes one, which this server follows by itself
  evals run               asks your endpoint once, and shows what there is to see
  evals baseline bless    makes that run what later checks are compared with"""

_NO_SCHEDULES = """\
{path} has no schedules, so nothing is checked by itself. Add one; it is followed at once:
  schedules:
    weekly: {{endpoint: my-endpoint, suite: weekly, timezone: Europe/Berlin}}"""
