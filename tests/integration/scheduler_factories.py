"""A keeper, a configuration and a day on which its schedules are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from evals.records import RunStatus
from service.configuration import Configuration
from service.db.session import reading, writing
from service.keeper import Keeper
from service.scheduler import claim_due
from service.settings import Settings
from service.store import documents, runs, slots, verdicts
from tests.integration.store_factories import POLICY, make_verdict

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from evals.records import RunRecord
    from service.scheduler import Claims
    from service.timetable.slot import Slot
    from service.timetable.states import SlotState

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""The default moment of a schedule."""
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)

HEAD = """\
endpoints:
  prod: {model: ollama/acme-1}
  spare: {model: ollama/acme-2}
suites:
  facts: {tasks: [{golden_set: sums}]}
"""
MANIFEST = 'name: sums\nversion: "1.0.0"\nscorer: {type: exact}\n'
ITEM = '{"id": "sum-1", "input": "1 + 1?", "target": "2"}\n'


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """One server's view of the world: its store and its copy of the file."""

    keeper: Keeper
    configuration: Configuration

    def look(self, now: datetime) -> Claims:
        return claim_due(self.keeper, self.configuration, now)

    def slots(self) -> list[Slot]:
        """All slots, the oldest moment first."""
        with reading(self.keeper.engine) as session:
            return list(reversed(slots.newest(session, limit=10_000)))

    def states(self) -> list[tuple[str, SlotState]]:
        return [(f"{one.due_at:%d %H:%M}", one.state) for one in self.slots()]

    def runs(self) -> tuple[RunRecord, ...]:
        with reading(self.keeper.engine) as session:
            return runs.newest(session, limit=10_000)

    def write(self, schedules: str) -> None:
        """Let the file say something else about schedules; its place and time change, too."""
        self.configuration.path.write_text(HEAD + schedules, encoding="utf-8")


def a_server(engine: Engine, folder: Path, schedules: str = "") -> Server:
    """Return a server whose configuration holds ``schedules``."""
    path = folder / "evals.yaml"
    path.write_text(HEAD + schedules, encoding="utf-8")
    sums = folder / "golden_sets" / "sums"
    sums.mkdir(parents=True)
    (sums / "manifest.yaml").write_text(MANIFEST)
    (sums / "items.jsonl").write_text(ITEM)
    settings = Settings.from_environment({"EVALS_DATA_DIR": str(folder / "data")})
    return Server(
        keeper=Keeper(engine=engine, settings=settings), configuration=Configuration(path)
    )


def weekly(
    name: str = "weekly", *, jitter_minutes: float = 0, endpoint: str = "prod", **more: object
) -> str:
    """Return the section with one schedule."""
    said = {"endpoint": endpoint, "suite": "facts", "jitter_minutes": jitter_minutes, **more}
    inner = ", ".join(f"{key}: {value}" for key, value in said.items())
    return f"schedules:\n  {name}: {{{inner}}}\n"


def end(engine: Engine, run_id: str, *, now: datetime) -> None:
    """Let a run complete and be judged, as a worker would."""
    with writing(engine) as session:
        runs.set_status(session, run_id, RunStatus.RUNNING, expected=[RunStatus.PLANNED], now=now)
        runs.set_status(session, run_id, RunStatus.COMPLETED, expected=[RunStatus.RUNNING], now=now)
        documents.save_policy(
            session, digest=POLICY.digest, document=POLICY.model_dump(mode="json"), now=now
        )
        verdicts.add(
            session,
            run_id=run_id,
            verdict=make_verdict(),
            baseline=None,
            comparison={},
            code_version="1",
            now=now,
        )
