"""Pruning: old texts leave the store and old logs the disk, run by run, in short transactions."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.db.session import reading, writing
from service.store import retention

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from service.keeper import Keeper
    from service.store.retention import OldRun

RUNS_AT_ONCE: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Pruned:
    """What went, or would go: runs and their samples, texts, and bytes of logs on this machine."""

    runs: int = 0
    samples: int = 0
    texts: int = 0
    log_bytes: int = 0

    def __add__(self, other: Pruned) -> Pruned:
        return Pruned(
            runs=self.runs + other.runs,
            samples=self.samples + other.samples,
            texts=self.texts + other.texts,
            log_bytes=self.log_bytes + other.log_bytes,
        )


def prune(keeper: Keeper, *, before: datetime, told: Callable[[str], None]) -> Pruned:
    """Take the texts and logs of runs planned ``before``; ``told`` hears the id of each.

    It can be stopped at any moment and called again: each run is a transaction of its own.
    """
    total = Pruned()
    while found := _old(keeper, before=before):
        for run in found:
            total += _prune_one(keeper, run)
            told(run.id)
    return total


def would_prune(keeper: Keeper, *, before: datetime) -> Pruned:
    """Say what `prune` would take, and take nothing. Texts that others share are not told."""
    with reading(keeper.engine) as session:
        found = retention.old_runs(session, before=before, limit=10**9)
    return sum(
        (
            Pruned(runs=1, samples=run.samples, log_bytes=_size(_logs_of(keeper, run)))
            for run in found
        ),
        start=Pruned(),
    )


def _old(keeper: Keeper, *, before: datetime) -> tuple[OldRun, ...]:
    with reading(keeper.engine) as session:
        return retention.old_runs(session, before=before, limit=RUNS_AT_ONCE)


def _prune_one(keeper: Keeper, run: OldRun) -> Pruned:
    """The logs go first: what dies here is found again, since the run still names its folder."""
    logs = _logs_of(keeper, run)
    size = _size(logs)
    if logs is not None:
        shutil.rmtree(logs, ignore_errors=True)
    with writing(keeper.engine) as session:
        texts = retention.delete_unused(session, retention.forget_texts(session, run.id))
    return Pruned(runs=1, samples=run.samples, texts=texts, log_bytes=size)


def _logs_of(keeper: Keeper, run: OldRun) -> Path | None:
    """Return the folder of a run's logs if it is here, and one of ours; nothing else is removed."""
    folder, ours = Path(run.log_dir).resolve(), keeper.settings.logs_dir.resolve()
    return folder if folder.parent == ours and folder.is_dir() else None


def _size(folder: Path | None) -> int:
    files = () if folder is None else folder.rglob("*")
    return sum(one.stat().st_size for one in files if one.is_file())
