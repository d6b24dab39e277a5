"""The command ``evals``: a table of commands, each imported only when it is called."""

from __future__ import annotations

import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

from service.cli import streams

if TYPE_CHECKING:
    from collections.abc import Callable

_COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run", "Run a suite against an endpoint and judge it."),
    "compare": ("compare", "Ask two endpoints the same, and say whether a swap is safe."),
    "runs": ("runs", "List, show, resume, rescore and export runs."),
    "baseline": ("baseline", "Bless runs as the baseline that later runs are compared with."),
    "judge": ("judge", "Judge a stored run again, under another policy."),
    "monitors": ("monitors", "Each series over the weeks, and the proof that it replays."),
    "golden": ("golden", "List, check, compare, import and export golden sets."),
    "serve": ("serve", "Watch: start each check when it is due, and answer the API."),
    "schedule": ("schedule", "What is checked when, and what became of each due moment."),
    "alerts": ("alerts", "What is wrong, who was told, and what to do about it."),
    "pins": ("pins", "Is each endpoint still what was pinned? Seen at no cost."),
    "spend": ("spend", "What a month has cost, and what is left of its budgets."),
    "probes": ("probes", "List, show and preview the probes: tasks that measure a behaviour."),
    "stats": ("stats", "Judge outcomes measured elsewhere, and say what a suite can see."),
    "bench": ("bench", "Measure the detectors: false alarms, power, lag, calls."),
    "config": ("config", "Write, check and describe evals.yaml."),
    "token": ("token", "Make, list and revoke tokens of the API."),
    "db": ("db", "Upgrade, check, copy and prune the database."),
    "worker": ("worker", "Do what is due, beside any number of other workers."),
    "simulate": ("simulate", "Serve a simulated endpoint of known truth."),
    "local-model": ("local_model", "Serve a small real model on this machine."),
    "demo": ("demo", "Watch a real model change silently, and be told."),
}
"""Command, module under ``service.cli``, and the line that `evals --help` shows."""


class _LazyCommands(typer.core.TyperGroup):
    """Lists commands from the table, and imports a module when its command is called.

    Typer carries a click of its own whose types are private: hence ``Any``.
    """

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer's signature
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _COMMANDS:
            return None
        module_name, words = _COMMANDS[cmd_name]
        if getattr(ctx, "only_help", False):
            return typer.core.TyperCommand(cmd_name, help=words)
        module = import_module(f"service.cli.{module_name}")
        return _as_click(module, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in _COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(_COMMANDS)}."
            ctx.fail(f"No such command {args[0]!r}. {hint}")
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        ctx.only_help = True  # for get_command, above
        super().format_help(ctx, formatter)


def _as_click(module: Any, name: str) -> Any:
    app: typer.Typer | None = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False)
        command: Callable[..., None] = module.command
        app.command(name)(command)
    built = typer.main.get_command(app)
    built.name = name
    return built


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - the shape of a typer callback
    if wanted:
        from evals.versions import code_version

        typer.echo(f"pinwatch {code_version()}")
        raise typer.Exit


_app = typer.Typer(cls=_LazyCommands, no_args_is_help=True, rich_markup_mode=None)


@_app.callback()
def evals(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Watch pinned LLM endpoints, and say when behaviour silently changed."""


def _unexpected(error: Exception) -> str:
    """Put the traceback where it can be sent to us, and say so in a sentence."""
    import tempfile
    import traceback

    what = f"something broke that should not: {type(error).__name__}: {error}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="pinwatch-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            traceback.print_exception(error, file=file)
    except OSError as full:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno}"
        return f"{what} ({where}). What is stored is safe. No report could be written: {full}."
    return f"{what}. What is stored is safe. Please report it with {file.name}."


def main() -> None:
    """Run the command line; whatever was raised on purpose becomes a sentence and an exit code.

    SIGTERM ends a command as Ctrl-C does: a run is closed as cancelled, and the exit code is 130.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    streams.prepare()
    sys.exit(_ended())


def _ended() -> int | str | None:
    """Run the command and return its exit code; nothing is left in standard output."""
    from evals.errors import EngineError, EvalsError
    from service.errors import RunCancelled, ServerUnavailable, StoreUnavailable

    try:
        try:
            _app(prog_name="evals")
        finally:
            streams.flush_output()
    except SystemExit as ended:
        return ended.code
    except streams.OutputLost as lost:
        streams.abandon()
        if lost.reader_gone:
            return streams.READER_GONE
        streams.complain(f"evals: the output is lost: {lost.reason}. What is stored is safe.")
        return 3
    except EvalsError as error:
        for line in (f"evals: {error}", *getattr(error, "__notes__", ())):
            streams.complain(line)
        beyond_us = (EngineError, RunCancelled, ServerUnavailable, StoreUnavailable)
        return 3 if isinstance(error, beyond_us) else 2
    except KeyboardInterrupt:
        streams.complain("evals: interrupted")
        return 130
    except Exception as error:  # noqa: BLE001 - the last net; a traceback that reaches a user is a bug
        streams.complain(f"evals: {_unexpected(error)}")
        return 3
    return 0
