"""Standard output and error as a command meets them: any locale, a full disk, a reader gone."""

from __future__ import annotations

import errno
import os
import sys
from io import TextIOWrapper

READER_GONE = 141
"""The exit code that a shell gives a command whose reader has closed; no verdict uses it."""

_STDOUT, _STDERR = 1, 2


class OutputLost(Exception):  # noqa: N818 - what happened, not whose error it is
    """Standard output takes no more.

    No OSError, so that no library ends the program over it with an exit code that means a verdict.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.reader_gone = error.errno == errno.EPIPE
        self.reason = error.strerror or str(error)


class _Output(TextIOWrapper):
    """Spells what the locale cannot, rather than fail half way through a line."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError as error:
            raise OutputLost(error) from error

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            raise OutputLost(error) from error


def prepare() -> None:
    """Make standard output raise `OutputLost`, and both streams spell anything."""
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout = _Output(
            sys.stdout.buffer,
            encoding=sys.stdout.encoding,
            errors="backslashreplace",
            line_buffering=sys.stdout.line_buffering,
        )


def flush_output() -> None:
    """Send off what standard output still holds, or raise `OutputLost`."""
    if isinstance(sys.stdout, _Output):
        sys.stdout.flush()


def complain(line: str) -> None:
    """Say a last word on standard error, if anybody can hear it."""
    try:
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - the last word of the program
    except OSError:
        abandon(_STDERR)


def abandon(descriptor: int = _STDOUT) -> None:
    """Drop what a stream still holds, so that the interpreter ends in peace."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
