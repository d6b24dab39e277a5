"""What surrounds Inspect in the child: a folder, an environment and a log that are its own."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evals.engine.plan import RunPlan

ENGINE_LOG = "engine.log"


def own_environment(inherited: Mapping[str, str], scratch_dir: Path) -> dict[str, str]:
    """Return the child's environment.

    Switches of Inspect and base URLs of providers stay outside: whatever they change about a call
    would be missing from its pin.

    >>> from pathlib import Path
    >>> own_environment({"OPENAI_BASE_URL": "http://elsewhere", "LANG": "C"}, Path("s"))["LANG"]
    'C'
    """
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.startswith("INSPECT_") and not name.endswith(("_BASE_URL", "_API_BASE"))
    }
    return kept | {
        "XDG_DATA_HOME": str(scratch_dir),
        "INSPECT_DISPLAY": "none",
        "INSPECT_TRACE_LEVEL": "WARNING",
        "INSPECT_LOG_LEVEL": "error",
    }


def settle(plan: RunPlan) -> None:
    """Move this process into the run's scratch folder, and its voice into ``engine.log``."""
    plan.scratch_dir.mkdir(parents=True, exist_ok=True)
    plan.log_dir.mkdir(parents=True, exist_ok=True)
    os.chdir(plan.scratch_dir)
    # Inspect reads the nearest .env on the way up to the root: this one is the nearest, and empty.
    (plan.scratch_dir / ".env").touch()
    # The child's environment is its own, and the only way to configure these parts of Inspect.
    own = own_environment(os.environ, plan.scratch_dir)  # noqa: TID251
    os.environ.clear()  # noqa: TID251
    os.environ.update(own)  # noqa: TID251
    _redirect(plan.log_dir / ENGINE_LOG)


def _redirect(log: Path) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(descriptor, stream.fileno())
