"""Runs and samples as tables and documents. Text of models is shown as it is, never as markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from evals.report.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.records import RunRecord, SampleRecord
    from evals.verdict import VerdictKind

_ANSWER_WIDTH = 60
_FOLDED = ("endpoint", "suite")
"""Columns that give way on a narrow screen: an id is there to be copied, a verdict to be read."""


def run_documents(
    runs: Sequence[RunRecord], kinds: Mapping[str, VerdictKind]
) -> list[dict[str, Any]]:
    """Return runs as JSON values."""
    return [
        {
            "id": run.id,
            "created_at": run.created_at.isoformat(),
            "endpoint": run.endpoint,
            "suite": run.suite,
            "status": run.status.value,
            "status_reason": run.status_reason,
            "verdict": kinds[run.id].value if run.id in kinds else None,
            "planned_samples": run.planned_samples,
            "pin_digest": run.pin_digest,
            "options": dict(run.options),
        }
        for run in runs
    ]


def run_table(runs: Sequence[RunRecord], kinds: Mapping[str, VerdictKind]) -> Table:
    """Return runs as a table, one line each where the screen is wide enough."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("run", "endpoint", "suite", "samples", "status", "verdict"):
        table.add_column(
            heading,
            justify="right" if heading == "samples" else "left",
            no_wrap=heading not in _FOLDED,
            overflow="fold",
        )
    for run in runs:
        table.add_row(
            Text(run.id),
            Text(run.endpoint),
            Text(run.suite),
            str(run.planned_samples),
            run.status.value,
            kinds[run.id].value if run.id in kinds else "",
        )
    return table


def sample_table(samples: Sequence[SampleRecord]) -> Table:
    """Return samples as a table, one line each."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("task", "item", "epoch", "state", "score", "answer"):
        table.add_column(heading)
    for sample in samples:
        score = "" if sample.score.value is None else f"{sample.score.value:g}"
        answer = sample.score.parsed or sample.text or sample.error or ""
        table.add_row(
            sample.key.task,
            Text(sample.key.item_id),
            str(sample.key.epoch),
            sample.state.value,
            score,
            Text(one_line(answer, _ANSWER_WIDTH)),
        )
    return table
