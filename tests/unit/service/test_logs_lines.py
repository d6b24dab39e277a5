"""What is logged: a JSON object a line, with the run's id, and never a secret."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from service import logs
from service.settings import Settings
from service.store import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "sk-live-0123456789abcdef"
HOOK = "https://hooks.slack.com/services/T000/B000/secretsecret"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield io.StringIO()
    for handler in tuple(root.handlers):
        if handler not in handlers:
            root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def settings() -> Settings:
    return Settings.from_environment(
        {
            "EVALS_DATABASE_URL": "postgresql://evals:pass%40word-99@db/evals",
            "MY_KEY": KEY,
            "HOOK": HOOK,
        }
    )


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_line_is_one_json_object_with_the_run_it_is_about(
    stream: io.StringIO, settings: Settings
) -> None:
    logs.set_up(settings, stream=stream)
    log = logging.getLogger("service.anything")
    with logs.about(run="20260301-1200-ab12"):
        log.info("asked %d samples\nof two tasks", 3)
    log.warning("outside", extra={"endpoint": "prod"})
    first, second = lines(stream)
    assert first["run"] == "20260301-1200-ab12"
    assert first["event"] == "asked 3 samples\nof two tasks"
    assert (first["level"], first["logger"]) == ("info", "service.anything")
    assert first["at"].endswith("Z")
    assert "run" not in second
    assert second["endpoint"] == "prod"


def test_a_key_that_was_read_is_never_logged_wherever_it_stands(
    stream: io.StringIO, settings: Settings
) -> None:
    logs.set_up(settings, stream=stream)
    key, hook = settings.secret("MY_KEY"), settings.secret("HOOK")
    log = logging.getLogger("service.anything")
    log.info("said %s", key, extra={"headers": {"x": [f"Bearer {key}"]}, "url": hook})
    try:
        raise ValueError(f"refused {key}")
    except ValueError:
        log.exception("broke")
    said = stream.getvalue()
    assert KEY not in said
    assert "secretsecret" not in said
    assert lines(stream)[1]["exception"].endswith("ValueError: refused [key]")


@pytest.mark.parametrize(
    "secret",
    [
        "Bearer abcdefgh12345678",
        tokens.SIGN + "0123456789abcdef" * 3,
        "postgresql://evals:pass%40word-99@db/evals",
        "the password is pass@word-99",
        "https://me:hidden12@proxy.example/",
        "sk-other-0123456789abcdef",
    ],
)
def test_what_looks_like_a_key_is_replaced_even_where_nobody_knows_it(
    stream: io.StringIO, settings: Settings, secret: str
) -> None:
    logs.set_up(settings, stream=stream)
    logging.getLogger("somebody.else").warning("tried %s", secret)
    (line,) = lines(stream)
    assert "[key]" in line["event"]
    for part in ("abcdefgh12345678", "0123456789abcdef", "word-99", "hidden12"):
        assert part not in line["event"]


def test_setting_up_twice_says_everything_once(stream: io.StringIO, settings: Settings) -> None:
    logs.set_up(settings, stream=io.StringIO())
    logs.set_up(settings, stream=stream)
    logging.getLogger("service.anything").info("once")
    assert len(lines(stream)) == 1


def test_a_terminal_gets_lines_for_people(settings: Settings, stream: io.StringIO) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    logs.set_up(settings, stream=terminal)
    logging.getLogger("service.anything").info("ready", extra={"key": f"Bearer {KEY}"})
    assert "ready" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
    assert KEY not in terminal.getvalue()
    assert stream.getvalue() == ""
