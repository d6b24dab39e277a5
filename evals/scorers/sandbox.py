"""A sandbox for programs that nobody has read: what it allows, and how it is started."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LAUNCHER = Path(__file__).parent / "jail" / "launcher.py"
_POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a program may use. Sizes are bytes, and hold for each process and file.

    The time is wall time for all of it; a process that computes gets as much processor time.
    """

    time_seconds: float = 5.0
    memory_bytes: int = 256 * 2**20
    file_bytes: int = 2**20
    output_bytes: int = 2**20
    open_files: int = 32
    processes: int = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class SandboxResult:
    """How a program ended.

    Attributes:
        started: False where the sandbox itself could not be set up; then nothing has run.
        output: What it printed, up to the limit.
        exit_code: None where it was stopped.
        stopped: Why it was stopped: ``time`` or ``output``; None where it ended by itself.
        isolated: What the system granted beyond limits: ``network`` (none is reachable),
            ``processes`` (it sees and can outlive nothing), ``files`` (only its folder is writable,
            only the system's libraries are readable).
    """

    started: bool
    output: bytes = b""
    exit_code: int | None = None
    stopped: str | None = None
    isolated: frozenset[str] = frozenset()


def run_program(program: str, request: bytes, limits: Limits) -> SandboxResult:
    """Run Python source ``program`` in a throw-away folder, with ``request`` as standard input.

    It gets an empty environment but for its folder, an isolated interpreter, its own session, and
    the limits; whatever it started is killed when it ends. Blocks for at most the time limit.
    """
    with throwaway_folder() as folder:
        path = Path(folder) / "program.py"
        path.write_text(program, encoding="utf-8")
        path.chmod(0o444)
        command = launch_arguments(folder, limits)
        result = run_limited(command, request, limits, folder=folder, environment={})
    return _reported(result)


def granted_isolation() -> frozenset[str] | None:
    """Ask this system what it grants beyond limits, by running an empty program.

    None where not even the limits can be set; they are Linux's.
    """
    result = run_program("", b"", Limits())
    return result.isolated if result.started else None


@contextmanager
def throwaway_folder() -> Iterator[str]:
    """Yield a new folder that is gone afterwards, whatever was done to it, links never followed."""
    folder = tempfile.mkdtemp(prefix="evals-sandbox-")
    try:
        yield folder
    finally:
        for place, folders, _ in os.walk(folder):
            for name in folders:
                inner = Path(place, name)
                if not inner.is_symlink():
                    inner.chmod(0o700)
        shutil.rmtree(folder, ignore_errors=True)


def launch_arguments(folder: str, limits: Limits) -> list[str]:
    """Return the command that confines itself to ``folder`` and becomes ``program.py`` in it."""
    config = {
        "program": str(Path(folder) / "program.py"),
        "folder": folder,
        "cpu_seconds": int(limits.time_seconds) + 1,
        "memory_bytes": limits.memory_bytes,
        "file_bytes": limits.file_bytes,
        "open_files": limits.open_files,
        "processes": limits.processes,
    }
    # The interpreter itself, not a virtual environment's link to it: nothing of ours is needed.
    return [os.path.realpath(sys.executable), "-I", "-S", str(_LAUNCHER), json.dumps(config)]


def run_limited(
    command: Sequence[str],
    request: bytes,
    limits: Limits,
    *,
    folder: str,
    environment: Mapping[str, str] | None,
) -> SandboxResult:
    """Run ``command`` and stop its whole group when its time is up.

    Without an ``environment`` it inherits ours: for programs that we trust.
    """
    with tempfile.TemporaryFile() as stdin:
        stdin.write(request)
        stdin.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - the command is ours
                command,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
        except OSError:
            return SandboxResult(started=False)
        try:
            output, stopped = _collect(process, limits)
        finally:
            _kill_group(process)
    exit_code = None if stopped else process.returncode
    return SandboxResult(started=True, output=output, exit_code=exit_code, stopped=stopped)


def _collect(process: subprocess.Popen[bytes], limits: Limits) -> tuple[bytes, str | None]:
    """Read what is printed until the process ends or must be stopped; say why it must be."""
    assert process.stdout is not None  # noqa: S101 - Popen was given a pipe
    stream = process.stdout.fileno()
    os.set_blocking(stream, False)
    deadline = time.monotonic() + limits.time_seconds
    output = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(stream, selectors.EVENT_READ)
        while True:
            ended = process.poll() is not None
            closed = _drain(stream, output, limits.output_bytes)
            if len(output) > limits.output_bytes:
                return bytes(output[: limits.output_bytes]), "output"
            if ended:
                return bytes(output), None
            if time.monotonic() >= deadline:
                return bytes(output), "time"
            if closed:
                time.sleep(_POLL_SECONDS)  # nothing left to wait for but its end or the deadline
            else:
                waiting.select(_POLL_SECONDS)


def _drain(stream: int, output: bytearray, most: int) -> bool:
    """Read what is there, a little more than ``most`` in all; say whether the stream has ended."""
    while len(output) <= most:
        try:
            chunk = os.read(stream, 65536)
        except BlockingIOError:
            return False
        if not chunk:
            return True
        output += chunk
    return False


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _reported(result: SandboxResult) -> SandboxResult:
    """Split off the launcher's first line; without it, nothing of the program has run."""
    line, found, output = result.output.partition(b"\n")
    if not found:
        return SandboxResult(started=False, stopped=result.stopped)
    return SandboxResult(
        started=True,
        output=output,
        exit_code=result.exit_code,
        stopped=result.stopped,
        isolated=frozenset(json.loads(line)["isolated"]),
    )
