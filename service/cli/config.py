"""``evals config``: write, check and describe ``evals.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.context import ConfigPath, find_config, print_json

if TYPE_CHECKING:
    from service.subject import Questions

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="evals.yaml: endpoints, suites, policies."
)

STARTER = """\
# What Pinwatch watches. Every key is described by `evals config schema`.
endpoints:
  my-endpoint:
    # provider/model as in Inspect. Any OpenAI-compatible server: openai-api/<service>/<model>.
    model: openai/gpt-4o-2024-08-06
    # The *name* of the variable that holds the key; the key itself is never stored.
    api_key_env: OPENAI_API_KEY
    parameters: {temperature: 0, seed: 1, max_tokens: 512}
    # USD per million tokens; without it, cost is shown as unknown.
    price: {input: 2.50, output: 10.00}
    limits: {max_connections: 8, timeout_seconds: 60, max_retries: 3}

suites:
  weekly:
    budget_usd: 2.00
    tasks:
      - golden_set: support-faq
      - golden_set: extraction
"""


_NO_ENDPOINTS = """\
No endpoint to watch yet. Add one, as `evals config init` writes it:
  endpoints:
    my-endpoint:
      model: openai/gpt-4o-2024-08-06"""


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("evals.yaml"),
) -> None:
    """Write a starter configuration; an existing file is left alone."""
    from evals.errors import ConfigError

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(STARTER)
    except FileExistsError:
        raise ConfigError(f"{path} is there already", fix="Edit it, or name another.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
    typer.echo(f"Wrote {path}. Next: evals run --suite weekly --dry-run")


@app.command()
def check(*, config_path: ConfigPath = None) -> None:
    """Check the configuration, every suite and golden set that it names."""
    from evals.config_problems import raise_together
    from evals.errors import ConfigError, EvalsError
    from service.cli.unset import unset_line
    from service.scheduling import unknown_in_schedules
    from service.settings import Settings
    from service.subject import resolve_questions

    settings = Settings.from_environment()
    shown = config_path or settings.config_path
    if not shown.exists():
        raise ConfigError(f"there is no {shown}", fix="Write one with `evals config init`.")
    config, folders = find_config(config_path)
    problems: list[EvalsError] = []
    for name in config.suites:
        try:
            _warn_of_open_sandbox(resolve_questions(config, name, folders))
        except EvalsError as error:
            error.add_note(f"Found in suite {name!r} of {shown}.")
            problems.append(error)
    problems += unknown_in_schedules(config, folders, shown)
    if problems:
        raise_together(problems, name=str(shown))
    told = [f"endpoints: {len(config.endpoints)}", f"suites: {len(config.suites)}"]
    told += [f"schedules: {len(config.schedules)}"] if config.schedules else []
    typer.echo(f"{shown} is right; {', '.join(told)}.")
    if unset := unset_line(config, settings):
        typer.echo(unset)
    if not config.endpoints:
        typer.echo(_NO_ENDPOINTS)


def _warn_of_open_sandbox(questions: Questions) -> None:
    from evals.scorers.sandbox import granted_isolation
    from evals.suite import Sandbox

    if questions.suite.sandbox is not Sandbox.SUBPROCESS:
        return
    if "network" not in (granted_isolation() or ()):
        name = questions.suite_name
        typer.echo(f"Suite {name!r}: model-written code runs without network isolation here.")


@app.command()
def schema() -> None:
    """Print the JSON Schema of evals.yaml, for editors and CI."""
    from evals.config import json_schema

    print_json(json_schema())
