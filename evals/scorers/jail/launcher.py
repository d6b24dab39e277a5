"""Gives up every right that a small computation does not need, then becomes the program.

Runs in a fresh isolated interpreter: ``python -I -S launcher.py CONFIG``, CONFIG being JSON with
``program``, ``folder``, ``cpu_seconds``, ``memory_bytes``, ``file_bytes``, ``open_files`` and
``processes``. Its first line of output is JSON: ``{"isolated": [...]}``, what the system granted.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Any

_NEW_IPC, _NEW_USER = 0x08000000, 0x10000000
_NEW_PROCESSES, _NEW_NETWORK = 0x20000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_SET_NO_NEW_PRIVS = 1, 8, 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
_CAPABILITIES_VERSION, _MAY_READ = 0x20080522, 1 << 2  # CAP_DAC_READ_SEARCH
_FIRST_STRANGER = 0x70000000
_COUNTS_BY_NAMESPACE = (5, 14)  # Linux since then counts processes in each user namespace

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_RULE_PATH = 1
_READING = 0b1101  # execute, read file, read folder
_RIGHTS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
_TCP_SINCE_ABI, _BIND_AND_CONNECT = 4, 0b11
_SCOPES_SINCE_ABI, _SOCKETS_AND_SIGNALS = 6, 0b11
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo")
_LOADER = ("/etc/ld.so.cache",)


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def main() -> None:
    """Isolate, limit, and become the program; report on the way what was granted."""
    config = json.loads(sys.argv[1])
    libc = ctypes.CDLL(None, use_errno=True)
    stranger = _FIRST_STRANGER + os.getpid()  # a number of its own, for a limit of its own
    granted = _enter_namespaces(libc)
    if "processes" in granted:
        _continue_as_first_process(libc)
    _give_up_root(libc, config["folder"], stranger)
    # Where the system counts a user's processes as one, those of others must not use up ours.
    config["processes"] += 0 if _counted_apart(granted) else _tasks_of_user()
    if _restrict_files(libc, config["folder"]):
        granted.append("files")
    _set_limits(config)
    os.write(1, json.dumps({"isolated": granted}).encode() + b"\n")
    home = {"HOME": config["folder"], "TMPDIR": config["folder"]}
    os.execve(sys.executable, [sys.executable, "-I", "-S", "-B", config["program"]], home)  # noqa: S606 - becoming the program is the point


def _enter_namespaces(libc: Any) -> list[str]:
    if not hasattr(libc, "unshare"):
        return []
    user, group = os.geteuid(), os.getegid()
    wanted = _NEW_NETWORK | _NEW_PROCESSES | _NEW_IPC
    if libc.unshare(wanted) == 0:  # root is free to, and becomes somebody else below
        return ["network", "processes"]
    if libc.unshare(wanted | _NEW_USER) != 0:
        return []
    with contextlib.suppress(OSError):  # without the maps our ids have no name, and no more
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1\n")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1\n")
    return ["network", "processes"]


def _continue_as_first_process(libc: Any) -> None:
    """Fork into the new process namespace; its first process takes all others along in death."""
    child = os.fork()
    if child == 0:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        return
    os.close(0)
    os.close(1)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _give_up_root(libc: Any, folder: str, stranger: int) -> None:
    """Become a user of whom nobody has heard, since the limit on processes does not bind root.

    Where only root can read this interpreter, the right to read files is all that is kept; which
    files those are, `_restrict_files` says.
    """
    if os.geteuid() != 0:
        return
    os.chown(folder, stranger, stranger)
    os.setgroups([])
    os.setgid(stranger)
    needs_reading = not all(map(_world_readable, (sys.executable, os.__file__)))
    libc.prctl(_PR_SET_KEEPCAPS, int(needs_reading), 0, 0, 0)
    os.setuid(stranger)
    if needs_reading:
        header = struct.pack("Ii", _CAPABILITIES_VERSION, 0)
        libc.capset(header, struct.pack("6I", *(_MAY_READ,) * 3, 0, 0, 0))
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _MAY_READ.bit_length() - 1, 0, 0)


def _world_readable(path: str) -> bool:
    real = Path(path).resolve()
    return all(place.stat().st_mode & 0o005 == 0o005 for place in real.parents)


def _restrict_files(libc: Any, folder: str) -> bool:
    """Deny all files but the folder (all rights) and the system's libraries (reading only)."""
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    abi = libc.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if abi < 1:
        return False
    rights = _RIGHTS_BY_ABI[min(abi, 3)]
    # An older kernel takes a shorter record, and knows nothing of what follows.
    wanted = _RulesetAttributes(rights, _BIND_AND_CONNECT, _SOCKETS_AND_SIGNALS)
    size = 24 if abi >= _SCOPES_SINCE_ABI else 16 if abi >= _TCP_SINCE_ABI else 8
    ruleset = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(wanted), size, 0)
    if ruleset < 0:
        return False
    _allow(libc, ruleset, folder, rights)
    for place in (sys.base_prefix, sys.executable, *_SYSTEM, *_LOADER, *_DEVICES):
        writing = 0b10 if place in _DEVICES else 0
        _allow(libc, ruleset, place, (_READING | writing) & rights)
    return bool(libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0)


def _allow(libc: Any, ruleset: int, place: str, rights: int) -> None:
    if not Path(place).exists():
        return
    if not Path(place).is_dir():
        rights &= 0b0111  # a file can be executed, written and read; the rest is for folders
    parent = os.open(place, os.O_PATH | os.O_CLOEXEC)
    rule = _PathRule(rights, parent)
    libc.syscall(_LANDLOCK_ADD, ruleset, _LANDLOCK_RULE_PATH, ctypes.byref(rule), 0)
    os.close(parent)


def _counted_apart(granted: list[str]) -> bool:
    version = re.match(r"([0-9]+)\.([0-9]+)", os.uname().release)
    recent = version is not None and tuple(map(int, version.groups())) >= _COUNTS_BY_NAMESPACE
    return "processes" in granted and recent


def _tasks_of_user() -> int:
    return sum(_tasks(place) for place in Path("/proc").glob("[0-9]*"))


def _tasks(process: Path) -> int:
    try:
        own = process.stat().st_uid == os.geteuid()
        return len(os.listdir(process / "task")) if own else 0  # noqa: PTH208 - only counted
    except OSError:  # it ended meanwhile
        return 0


def _set_limits(config: dict[str, Any]) -> None:
    limits = (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, config["cpu_seconds"]),
        (resource.RLIMIT_AS, config["memory_bytes"]),
        (resource.RLIMIT_FSIZE, config["file_bytes"]),
        (resource.RLIMIT_NOFILE, config["open_files"]),
        (resource.RLIMIT_NPROC, config["processes"]),
    )
    for kind, value in limits:
        resource.setrlimit(kind, (value, value))


if __name__ == "__main__":
    main()
