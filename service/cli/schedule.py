"""``evals schedule``: what is checked when, and what became of each due moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.context import (
    AsJson,
    ConfigPath,
    ServerUrl,
    find_config,
    find_server,
    open_keeper,
    print_json,
    print_table,
)
from service.cli.run_options import Now, OutputPath  # noqa: TC001 - Typer reads annotations at run time
from service.timetable.states import SlotState  # noqa: TC001 - as above

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from evals.schedule import Schedule
    from service.store.schedules import StoredSchedule

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Schedules: what is checked when, and what became of each due moment.",
)

Name = Annotated[str, typer.Argument(help="The schedule's name.")]
AnyName = Annotated[str | None, typer.Argument(help="Only this schedule.")]
Endpoint = Annotated[str | None, typer.Option(help="Only this endpoint of it.")]


@app.command("list")
def list_schedules(
    *,
    retired: Annotated[bool, typer.Option("--all", help="The retired ones, too.")] = False,
    config_path: ConfigPath = None,
    server: ServerUrl = None,
    as_json: AsJson = False,
) -> None:
    """List schedules and when each is due next; with those that no server has read yet."""
    from service.cli.schedule_views import schedule_documents, schedule_table

    unread: dict[str, Schedule] = {}
    client = find_server(server)
    if client is not None:
        with client:
            shown = [one.stored() for one in client.schedules(retired=retired)]
    else:
        shown, unread = _stored_and_unread(config_path, retired=retired)
        _tell_unreadable(retired=retired)
    if as_json:
        print_json(schedule_documents(shown, unread, _now()))
        return
    if shown or unread:
        print_table(schedule_table(shown, unread, _now()))
    else:
        typer.echo(_NO_SCHEDULES)
    if unread:
        typer.echo("What is not read yet holds once `evals serve` runs with this file.")


def _stored_and_unread(
    config_path: Path | None, *, retired: bool
) -> tuple[list[StoredSchedule], dict[str, Schedule]]:
    """Return the schedules of the store, and those of the file that no server has read yet."""
    from service.db.session import reading
    from service.store import schedules

    keeper = open_keeper()
    config, _ = find_config(config_path)
    with reading(keeper.engine) as session:
        found = schedules.everything(session)
    held = {one.name: one.schedule for one in found if one.retired_at is None}
    unread = {name: one for name, one in config.schedules.items() if held.get(name) != one}
    return [one for one in found if retired or one.retired_at is None], unread


def _tell_unreadable(*, retired: bool) -> None:
    from service.db.session import reading
    from service.store import schedules

    with reading(open_keeper().engine) as session:
        found = schedules.unreadable(session)
    for one in found:
        if retired or one.retired_at is None:
            typer.echo(f"Nothing starts it: {one.reason}.", err=True)


@app.command()
def due(
    name: AnyName = None,
    *,
    state: Annotated[
        list[SlotState] | None, typer.Option(help="Only slots that stand so; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 20,
    config_path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """List the moments that have come, the newest first, and what became of each."""
    from service.cli.slot_views import slot_documents, slot_table
    from service.db.session import reading
    from service.store import schedules, slots

    keeper = open_keeper()
    config, _ = find_config(config_path)
    with reading(keeper.engine) as session:
        if name is not None and name not in config.schedules:
            schedules.get(session, name)
        found = slots.newest(session, schedule=name, states=state or (), limit=limit)
    if as_json:
        print_json(slot_documents(found))
    elif found:
        print_table(slot_table(found))
    else:
        typer.echo("No such moment has come yet. See what will: evals schedule next")


@app.command("next")
def show_next(
    name: AnyName = None,
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="So many moments.")] = 10,
    config_path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """List the moments to come, in the schedule's own time zone, and when each check starts."""
    from service.cli.schedule_views import next_documents, next_table
    from service.scheduling import upcoming

    now = _now()
    stored = _known(config_path, now)
    chosen = [one for one in stored if name is None or one.name == name]
    if name is not None and not chosen:
        from evals.config import unknown_name

        raise unknown_name("schedule", name, [one.name for one in stored])
    coming = [(one, slot) for one in chosen for slot in upcoming(one, after=now, many=limit)]
    coming.sort(key=lambda pair: (pair[1].due_at, pair[1].starts_at))
    if as_json:
        print_json(next_documents(coming[:limit]))
    elif coming:
        print_table(next_table(coming[:limit]))
    else:
        typer.echo(_NO_SCHEDULES if not chosen else "No moment is left in its active window.")


@app.command()
def run(
    name: Name,
    *,
    endpoint: Endpoint = None,
    leave: Annotated[
        bool, typer.Option("--leave", help="Leave it to the server and its workers.")
    ] = False,
    now: Now = False,
    config_path: ConfigPath = None,
    output: OutputPath = None,
    as_json: AsJson = False,
) -> None:
    """Do a schedule's check now; the exit code is the verdict, as of `evals run`.

    It counts as a check of the schedule: it has a slot of its own.
    """
    if not leave:
        _run_here(name, endpoint, now=now, config_path=config_path, output=output, as_json=as_json)
        return
    from service.cli.slot_views import slot_documents
    from service.db.session import writing
    from service.scheduling import ask_now, take_in

    if now or output is not None:
        raise typer.BadParameter("--now and --output belong to a run that is not left to others")
    keeper = open_keeper()
    config, _ = find_config(config_path)
    with writing(keeper.engine) as session:
        take_in(session, config, name, now=_now())
        only = () if endpoint is None else (endpoint,)
        asked = ask_now(session, name, endpoints=only, who=_who(), now=_now())
    if as_json:
        print_json(slot_documents(asked))
        return
    for slot in asked:
        typer.echo(f"Slot {slot.id}: {slot.endpoint}, suite {slot.suite}, waits for a worker.")
    typer.echo(f"See what becomes of it: evals schedule due {name}")


@app.command()
def pause(
    name: Name,
    *,
    why: Annotated[str, typer.Option(help="Why; kept with each moment that starts nothing.")],
    who: Annotated[str | None, typer.Option(help="Who pauses it; you, if not given.")] = None,
    config_path: ConfigPath = None,
) -> None:
    """Start nothing until it is resumed; its moments are kept as disabled, with the reason."""
    from service.db.session import writing
    from service.scheduling import pause as pause_it
    from service.scheduling import take_in

    keeper = open_keeper()
    config, _ = find_config(config_path)
    with writing(keeper.engine) as session:
        take_in(session, config, name, now=_now())
        pause_it(session, name, who=who or _who(), reason=why, now=_now())
    typer.echo(f"Schedule {name} starts nothing until: evals schedule resume {name}")


@app.command()
def resume(name: Name) -> None:
    """End a pause: the next moment starts a check again."""
    from service.cli.schedule_views import next_words
    from service.db.session import writing
    from service.scheduling import resume as resume_it

    keeper = open_keeper()
    with writing(keeper.engine) as session:
        stored = resume_it(session, name, now=_now())
    typer.echo(f"Schedule {name} goes on; {next_words(stored, _now())}.")


_NO_SCHEDULES = """\
No schedule yet. Write one into evals.yaml, and let `evals serve` run:
  schedules:
    weekly: {endpoint: my-endpoint, suite: weekly, timezone: Europe/Berlin}"""


def _known(config_path: ConfigPath, now: datetime) -> list[StoredSchedule]:
    """Return the schedules in force, as the file says where a server has not read it yet."""
    from service.db.session import reading
    from service.db.tables import ScheduleSource
    from service.store import schedules
    from service.store.schedules import StoredSchedule

    keeper = open_keeper()
    config, _ = find_config(config_path)
    with reading(keeper.engine) as session:
        found = {one.name: one for one in schedules.in_force(session)}
    for name, one in config.schedules.items():
        if name not in found or found[name].schedule != one:
            found[name] = StoredSchedule(
                name=name,
                source=ScheduleSource.FILE,
                schedule=one,
                created_at=now,
                changed_at=now,
                counted_to=now,
                pause=found[name].pause if name in found else None,
            )
    return [found[name] for name in sorted(found)]


def _run_here(
    name: str,
    endpoint: str | None,
    *,
    now: bool,
    config_path: ConfigPath,
    output: OutputPath,
    as_json: bool,
) -> None:
    from service.cli.measuring import measure_and_report
    from service.cli.output import check_output_path
    from service.configuration import Configuration
    from service.db.session import writing
    from service.pipeline import subject_of
    from service.scheduling import only_endpoint, take_in
    from service.starting import start_now

    if output is not None:
        check_output_path(output)
    keeper = open_keeper()
    configuration = Configuration.named(config_path, keeper.settings)
    with writing(keeper.engine) as session:
        take_in(session, configuration.current()[0], name, now=_now())
        asked = only_endpoint(session, name, endpoint)
    run_id = start_now(keeper, configuration, name, asked, who=_who(), now=_now())
    planned, subject = subject_of(keeper, configuration.current()[0], run_id)
    measure_and_report(
        keeper, subject, planned, no_compare=False, output=output, as_json=as_json, now=now
    )


def _who() -> str:
    from getpass import getuser

    return getuser()


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(UTC)  # noqa: TID251 - a command line may read the clock
