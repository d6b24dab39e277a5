"""Run plans with sensible defaults, and ways to watch what came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.endpoint import Endpoint, Limits
from evals.engine.engine import start
from evals.engine.plan import Asked, PlannedSample, PlannedTask, RunPlan, Secret
from evals.suite import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evals.golden_set import Item
    from evals.records import SampleRecord
    from evals.simulator.running import RunningSimulator

KEY = "sk-sentinel-0123456789"
COMPATIBLE = "openai-api/sim/sim-1"
OPENAI = "openai/gpt-4o-2024-08-06"
ANTHROPIC = "anthropic/claude-sonnet-4-5-20250929"


def an_endpoint(simulator: RunningSimulator, *, model: str = COMPATIBLE, **more: Any) -> Endpoint:
    url = simulator.anthropic_base_url if model == ANTHROPIC else simulator.openai_base_url
    limits = {"max_connections": 4, "timeout_seconds": 20, "max_retries": 1} | more.pop(
        "limits", {}
    )
    return Endpoint(**{"model": model, "base_url": url, "limits": Limits(**limits), **more})


def a_plan(folder: Path, endpoint: Endpoint, items: Sequence[Item], **more: Any) -> RunPlan:
    """A plan for one task that asks each item once."""
    samples = tuple(PlannedSample(item=item, epoch=1) for item in items)
    return RunPlan(
        **{
            "run_id": "run-1",
            "target": Asked(endpoint=endpoint, key=Secret(value=KEY)),
            "judge": None,
            "tasks": (PlannedTask(name="sums", samples=samples),),
            "sandbox": Sandbox.NONE,
            "log_dir": folder / "logs",
            "scratch_dir": folder / "logs" / "scratch",
            **more,
        }
    )


def rows_of(plan: RunPlan) -> list[SampleRecord]:
    """Run ``plan`` to its end."""
    with start(plan) as running:
        return [row for exchange in running.exchanges() for row in exchange or ()]


def all_bytes(folder: Path) -> bytes:
    """Everything below ``folder``, transcripts unpacked."""
    import zipfile

    found = b""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found += str(path).encode() + path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                found += b"".join(archive.read(name) for name in archive.namelist())
    return found
