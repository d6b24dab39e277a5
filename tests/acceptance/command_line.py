"""The command line as a person meets it, without a process of its own: its start-up costs seconds.

What depends on a process (signals, shells, locales, a full disk) is tested with one.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from service.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Said:
    """How one command ended."""

    exit_code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)


def said_here(words: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Said:
    """Run ``evals`` with ``words`` to its end, in ``folder`` and in no other environment."""
    out, err = BytesIO(), BytesIO()
    with chdir(folder), _environment(environment), _streams(words, out, err), _connections():
        code = _exit_code_of_main()
        sys.stdout.flush()
        sys.stderr.flush()
        said = [stream.getvalue().decode() for stream in (out, err)]
    return Said(exit_code=code, out=said[0], err=said[1])


def _exit_code_of_main() -> int:
    """Return what the interpreter would tell the shell."""
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
        return 1
    return code or 0


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    outside = dict(os.environ)  # noqa: TID251 - the command's, for as long as it runs
    _become(variables)
    try:
        yield
    finally:
        _become(outside)


def _become(variables: Mapping[str, str]) -> None:
    os.environ.clear()  # noqa: TID251 - as above
    os.environ.update(variables)  # noqa: TID251 - as above


@contextmanager
def _streams(words: Sequence[str], out: BytesIO, err: BytesIO) -> Iterator[None]:
    """Stand in for what the interpreter sets up, and put it back."""
    outside = sys.argv, sys.stdout, sys.stderr, signal.getsignal(signal.SIGTERM)
    mine = [TextIOWrapper(stream, encoding="utf-8") for stream in (out, err)]
    sys.argv, sys.stdout, sys.stderr = ["evals", *words], *mine
    try:
        yield
    finally:
        sys.argv, sys.stdout, sys.stderr, handler = outside
        signal.signal(signal.SIGTERM, handler)


@contextmanager
def _connections() -> Iterator[None]:
    """Close connections to databases, as the end of a process does."""
    opened: list[Any] = []

    def remember(connection: Any, _: object) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", remember)
    try:
        yield
    finally:
        event.remove(Pool, "connect", remember)
        for connection in opened:
            connection.close()
