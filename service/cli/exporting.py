"""Samples and transcripts as files for other tools."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING, Any

from evals.errors import EvalsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evals.records import SampleRecord


def is_samples_file(path: Path) -> bool:
    """Tell a file of samples (.csv, .parquet) from a folder for Inspect's logs.

    Raises:
        EvalsError: It is neither: a folder has no ending, unless it is there already.
    """
    if path.is_dir() or not path.suffix:
        return False
    if path.suffix.lower() in (".csv", ".parquet"):
        return True
    raise EvalsError(
        f"there is no export into {path.suffix}",
        where=str(path),
        fix="Write .csv or .parquet for the samples, or name a folder for Inspect's logs.",
    )


def sample_row(sample: SampleRecord) -> dict[str, Any]:
    """Return a sample as one flat row: the columns of every export."""
    return {
        "task": sample.key.task,
        "item_id": sample.key.item_id,
        "arm": sample.key.arm,
        "epoch": sample.key.epoch,
        "item_digest": sample.item_digest,
        "state": sample.state.value,
        "score": sample.score.value,
        "passed": sample.score.passed,
        "parsed": sample.score.parsed,
        "text": sample.text,
        "error": sample.error,
        "scorer": sample.score.scorer,
        "scorer_version": sample.score.scorer_version,
        "latency_seconds": sample.latency_seconds,
        "input_tokens": sample.input_tokens,
        "output_tokens": sample.output_tokens,
        "cost_usd": sample.cost_usd,
        "stop_reason": sample.stop_reason,
        "served_model": sample.served_model,
        "system_fingerprint": sample.system_fingerprint,
        "retries": sample.retries,
        "sent_parameters": json.dumps(dict(sample.sent_parameters)),
        "completed_at": sample.completed_at.isoformat(),
        "log_location": sample.log_location,
        "log_sample_uuid": sample.log_sample_uuid,
    }


def export_samples(samples: Sequence[SampleRecord], path: Path) -> None:
    """Write samples as CSV or Parquet, by the ending of ``path``.

    Raises:
        EvalsError: The file cannot be written, or Parquet's library is not installed.
    """
    rows = [sample_row(sample) for sample in samples]
    try:
        _write_parquet(rows, path) if path.suffix.lower() == ".parquet" else _write_csv(rows, path)
    except OSError as error:
        raise _unwritable(path, error) from error


def export_inspect_logs(log_dir: Path | None, folder: Path) -> int:
    """Copy Inspect's logs of a run into ``folder``; return how many there are.

    Raises:
        EvalsError: There are none, or ``folder`` cannot be written to.
    """
    logs = sorted(log_dir.glob("*.eval")) if log_dir and log_dir.is_dir() else []
    if not logs:
        raise EvalsError(
            "this run has no transcripts on this machine",
            where=str(log_dir) if log_dir else None,
            fix="Export the samples instead: -o samples.csv.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for log in logs:
            shutil.copy2(log, folder / log.name)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return len(logs)


def _unwritable(path: Path, error: OSError) -> EvalsError:
    reason = error.strerror or error
    return EvalsError(f"the export cannot be written: {reason}", where=str(path))


def _write_csv(rows: Sequence[dict[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        if rows:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def _write_parquet(rows: Sequence[dict[str, Any]], path: Path) -> None:
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise EvalsError(
            "Parquet needs the extra `data`", fix="pip install 'pinwatch[data]', or write .csv."
        ) from error
    parquet.write_table(arrow.Table.from_pylist(list(rows)), path)
