"""Parquet tables, one item a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.golden.importing.records import check_columns, item_fields
from evals.golden.importing.source import ImportedRow, needs_extra, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.golden.importing.source import ImportLog, ImportSource

_ROWS_AT_ONCE = 1_000


def parquet_rows(source: ImportSource, log: ImportLog) -> Iterator[ImportedRow]:
    """Yield the rows of a Parquet file.

    Raises:
        GoldenSetError: When the extra ``data`` is missing, the file cannot be read, or a column is
            not there.
    """
    for number, document in enumerate(_documents(source, log), start=1):
        yield ImportedRow(where=f"{source.location}, row {number}", document=document)


def _documents(source: ImportSource, log: ImportLog) -> Iterator[dict[str, Any]]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise needs_extra(error) from error
    try:
        with ParquetFile(source.path) as table:
            names = table.schema_arrow.names
            columns = check_columns(names, source.columns, where=source.location, log=log)
            for batch in table.iter_batches(batch_size=_ROWS_AT_ONCE):
                yield from (item_fields(record, columns) for record in batch.to_pylist())
    except (OSError, ArrowException) as error:
        raise unreadable(source, error, "Check that it is a Parquet file.") from error
