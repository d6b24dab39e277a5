"""What a process that stays says of itself: one JSON object a line, with run ids, no secrets."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import structlog

from evals.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from typing import TextIO

    from structlog.typing import EventDict, Processor

    from service.settings import Settings

_QUIET: Final = ("httpx", "httpcore", "alembic", "sqlalchemy.engine", "uvicorn.access")
"""Libraries that tell every request or statement; their warnings are kept."""

_SIGNS: Final = (
    # What a scheme of HTTP, one of our tokens, or an address with a password looks like.
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 [key]"),
    (re.compile(r"\bevals_[A-Za-z0-9_-]{32,}"), "[key]"),
    (re.compile(r"\b(sk|xai|gsk)-[A-Za-z0-9_-]{16,}"), "[key]"),
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"), "[key]"),
    (re.compile(r"(?<=hooks\.slack\.com/services/)[A-Za-z0-9/]+"), "[key]"),
)


def set_up(settings: Settings, *, stream: TextIO | None = None, level: str = "INFO") -> None:
    """Send what this process and its libraries log to ``stream``, standard error if absent.

    A terminal gets lines for people, everything else one JSON object a line: ``at``, ``level``,
    ``logger``, ``event``, and what was bound by `about`. Calling it again replaces what was set.
    """
    out = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(out)
    handler.setFormatter(_formatter(settings, for_people=out.isatty()))
    root = logging.getLogger()
    for old in tuple(root.handlers):
        if isinstance(old.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def about(**words: str) -> AbstractContextManager[None]:
    """Bind ``words``, such as ``run="20260301-1200-ab12"``, to all that is logged inside.

    It holds for this thread or task alone.
    """
    return structlog.contextvars.bound_contextvars(**words)


def without_secrets(secrets: Callable[[], Iterable[str]]) -> Processor:
    """Return a processor that replaces secrets wherever they stand in what is logged.

    ``secrets`` is asked at every line, for a key may be read after logging has begun. What merely
    looks like a key, such as a bearer token of somebody else, is replaced, too.
    """

    def clean(_: object, __: str, event: EventDict) -> EventDict:
        known = {form for secret in secrets() for form in (secret, unquote(secret))}
        return {
            str(_scrubbed(name, known)): _scrubbed(value, known) for name, value in event.items()
        }

    return clean


def _scrubbed(value: Any, known: Iterable[str]) -> Any:
    """Return ``value`` as JSON values, without secrets; what is no JSON value becomes text."""
    if isinstance(value, dict):
        return {str(_scrubbed(name, known)): _scrubbed(one, known) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed(one, known) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    for secret in known:
        text = str(redact(text, secret))
    for sign, instead in _SIGNS:
        text = sign.sub(instead, text)
    return text


def _formatter(settings: Settings, *, for_people: bool) -> logging.Formatter:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    render: Processor = (
        structlog.dev.ConsoleRenderer(colors=False, timestamp_key="at", pad_event_to=0)
        if for_people
        else structlog.processors.JSONRenderer(sort_keys=True)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_secrets(settings.secrets_in_use),
            render,
        ],
    )
