"""Here: the processes whose numbers this process can look up, and whose names tell where."""

from __future__ import annotations

import socket
from functools import cache
from pathlib import Path
from typing import Final

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_PROCESSES: Final = Path("/proc/self/ns/pid")


@cache
def here() -> str:
    """Return the name of this machine, of its boot, and of our space of process numbers.

    Machines that were cloned have one name, and containers on the network of their host have its
    name; a process number of one means nothing in another. Where the system tells neither boot nor
    space, as macOS, the name alone has to do.
    """
    return " ".join([socket.gethostname(), *_boot(_BOOT), *_space(_PROCESSES)])


def _boot(path: Path) -> list[str]:
    try:
        return [path.read_text(encoding="ascii").strip()]
    except OSError:
        return []


def _space(path: Path) -> list[str]:
    try:
        return [str(path.readlink())]
    except OSError:
        return []
