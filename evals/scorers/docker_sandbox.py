"""The same sandbox in a container, for those who run an engine anyway.

The engine's client inherits our environment, where it finds its engine (``DOCKER_HOST``), its
contexts and credentials; the container gets nothing of it.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evals.errors import ScorerError
from evals.scorers.sandbox import SandboxResult, run_limited, throwaway_folder

if TYPE_CHECKING:
    from evals.scorers.sandbox import Limits

IMAGE = "python:3.12-slim"
START_SECONDS = 30.0
"""How long the engine may take to start a container, on top of the program's own time."""

_INSIDE = "/program"
_NOBODY = "65534:65534"
_ENGINE_FAILED = (125, 126, 127)
_WITHOUT_DOCKER = "See what `docker info` says, or write `sandbox: subprocess`."


def docker_arguments(
    folder: str, limits: Limits, *, name: str, docker: str = "docker"
) -> list[str]:
    """Return the command that runs ``program.py`` of ``folder`` in a container without a network.

    Pulling the image is left to people (``--pull never``): a run must not depend on a registry.
    """
    memory, seconds = f"{limits.memory_bytes}b", int(limits.time_seconds) + 1
    return [
        *(docker, "run", "--rm", "--interactive", "--pull", "never", "--name", name),
        *("--network", "none", "--read-only", "--tmpfs", f"/tmp:size={limits.file_bytes}"),  # noqa: S108 - inside
        *("--memory", memory, "--memory-swap", memory, "--cpus", "1"),
        *("--pids-limit", str(limits.processes), "--ulimit", f"cpu={seconds}"),
        *("--ulimit", f"nofile={limits.open_files}", "--ulimit", f"fsize={limits.file_bytes}"),
        *("--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", _NOBODY),
        *("--volume", f"{folder}:{_INSIDE}:ro", "--workdir", "/tmp", "--env", "HOME=/tmp"),  # noqa: S108 - inside
        *(IMAGE, "python", "-I", "-S", "-B", f"{_INSIDE}/program.py"),
    ]


def run_in_docker(
    program: str, request: bytes, limits: Limits, *, docker: str | None = None
) -> SandboxResult:
    """Run Python source ``program`` in a container; see `evals.scorers.sandbox.run_program`.

    ``docker`` is the engine's command line client, by default the one that is installed.
    """
    client = docker or shutil.which("docker")
    if client is None:
        return SandboxResult(started=False)
    name = f"pinwatch-{secrets.token_hex(8)}"
    with throwaway_folder() as folder:
        # Another user reads the program, inside the container.
        Path(folder).chmod(0o755)
        path = Path(folder) / "program.py"
        path.write_text(program, encoding="utf-8")
        path.chmod(0o444)
        patient = replace(limits, time_seconds=limits.time_seconds + START_SECONDS)
        command = docker_arguments(folder, limits, name=name, docker=client)
        result = run_limited(command, request, patient, folder=folder, environment=None)
        if result.stopped is not None:
            _remove(client, name)
    if result.exit_code in _ENGINE_FAILED:
        return SandboxResult(started=False)
    return replace(result, isolated=frozenset({"network", "processes", "files"}))


def check_engine(*, docker: str | None = None) -> None:
    """Prove that containers can be started here, before anything is paid for.

    Raises:
        ScorerError: There is no client, no engine answers it, or the engine lacks the image.
    """
    client = docker or shutil.which("docker")
    if client is None:
        raise ScorerError("there is no command `docker`", fix=_WITHOUT_DOCKER)
    try:
        asked = _tell(client, "image", "inspect", IMAGE)
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = "it does not answer" if isinstance(error, subprocess.TimeoutExpired) else error
        raise ScorerError(f"`docker` cannot be used: {reason}", fix=_WITHOUT_DOCKER) from error
    said = asked.stderr.decode(errors="replace").strip()
    if asked.returncode and "no such image" in said.lower():
        raise ScorerError(f"Docker has no image {IMAGE}", fix=f"Load it: docker pull {IMAGE}")
    if asked.returncode:
        raise ScorerError(f"Docker does not work here: {said[:300]}", fix=_WITHOUT_DOCKER)


def _remove(client: str, name: str) -> None:
    """Stopping the client leaves the container running: the engine must be told."""
    with suppress(OSError, subprocess.TimeoutExpired):
        _tell(client, "rm", "--force", name)


def _tell(client: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - words of ours
        [client, *words], capture_output=True, check=False, timeout=START_SECONDS
    )
