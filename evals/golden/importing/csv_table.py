"""Comma- and tab-separated tables, one item a row, with a header."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from evals.errors import GoldenSetError
from evals.golden.importing.records import check_columns, item_fields
from evals.golden.importing.source import ImportedRow, unreadable

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator

    from evals.golden.importing.source import ImportLog, ImportSource


def csv_rows(source: ImportSource, log: ImportLog) -> Iterator[ImportedRow]:
    """Yield the rows of a CSV file; one that ends in ``.tsv`` is separated by tabs.

    A header without a comma that has semicolons is that of a table as some spreadsheets write it.

    Raises:
        GoldenSetError: When the file cannot be read or its header lacks a column.
    """
    try:
        with source.path.open(encoding="utf-8-sig", newline="") as lines:
            delimiter = _delimiter(source, lines.readline())
            lines.seek(0)
            yield from _rows(csv.reader(lines, delimiter=delimiter, strict=True), source, log)
    except OSError as error:
        raise unreadable(source, error, "Check the path.") from error
    except UnicodeDecodeError as error:
        raise unreadable(source, error, "Save the file as UTF-8.") from error


def _rows(reader: Reader, source: ImportSource, log: ImportLog) -> Iterator[ImportedRow]:
    header: list[str] | None = None
    columns = source.columns
    for where, cells in _cells(reader, source):
        if header is None:
            header = cells
            columns = check_columns(header, source.columns, where=where, log=log)
        elif len(cells) != len(header):
            what = f"the row has {len(cells)} cells under {len(header)} columns"
            fix = "Put cells that hold the separator or line breaks in double quotes."
            log.problems.add(what, where=where, fix=fix)
        else:
            record = dict(zip(header, cells, strict=True))
            yield ImportedRow(where=where, document=item_fields(record, columns))


def _delimiter(source: ImportSource, header: str) -> str:
    if source.path.suffix.lower() == ".tsv":
        return "\t"
    return ";" if ";" in header and "," not in header else ","


def _cells(reader: Reader, source: ImportSource) -> Iterator[tuple[str, list[str]]]:
    while True:
        where = f"{source.location}:{reader.line_num + 1}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            fix = "Mend the quotes there; for very long texts use JSON Lines."
            raise GoldenSetError(f"the table is broken: {error}", where=where, fix=fix) from error
        if cells is None:
            return
        if cells:
            yield where, cells
