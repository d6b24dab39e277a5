"""Whole runs read back, each once, however many comparisons they take part in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evals.compare.measured import MeasuredRun
from evals.records import Fingerprint
from service.store import golden, readings, runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from evals.golden_set import GoldenSet, Item
    from evals.records import RunRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """What was read in one session; facts do not change under it."""

    session: Session
    _runs: dict[str, MeasuredRun] = field(default_factory=dict)
    _versions: dict[str, GoldenSet | None] = field(default_factory=dict)

    def measured(self, records: Sequence[RunRecord]) -> list[MeasuredRun]:
        """Return runs with their samples, in the order of ``records``."""
        missing = [record for record in records if record.id not in self._runs]
        samples = readings.load(self.session, [record.id for record in missing])
        for record in missing:
            self._runs[record.id] = MeasuredRun(
                record=record,
                samples=samples[record.id],
                fingerprint=runs.fingerprint(self.session, record.id) or Fingerprint(),
            )
        return [self._runs[record.id] for record in records]

    def items(self, records: Sequence[RunRecord]) -> dict[str, Item]:
        """Return every item that ``records`` asked, by content digest; the first record wins."""
        digests = dict.fromkeys(t.golden_set_digest for r in reversed(records) for t in r.tasks)
        for digest in digests:
            if digest not in self._versions:
                self._versions[digest] = golden.load_digest(self.session, digest)
        versions = [self._versions[digest] for digest in digests]
        return {item.content_digest: item for v in versions if v is not None for item in v.items}
