"""Which importer reads a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.errors import GoldenSetError
from evals.golden.importing.csv_table import csv_rows
from evals.golden.importing.hugging_face import hugging_face_rows
from evals.golden.importing.lines import first_object, jsonl_rows, openai_evals_rows
from evals.golden.importing.parquet import parquet_rows
from evals.golden.importing.promptfoo import promptfoo_rows
from evals.golden.importing.source import ImportLog
from evals.golden.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evals.golden.importing.source import ImportedRow, ImportSource

    Reader = Callable[[ImportSource, ImportLog], Iterator[ImportedRow]]

READERS: dict[str, Reader] = {
    "jsonl": jsonl_rows,
    "csv": csv_rows,
    "parquet": parquet_rows,
    "huggingface": hugging_face_rows,
    "promptfoo": promptfoo_rows,
    "openai-evals": openai_evals_rows,
}
_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".yaml": "promptfoo",
    ".yml": "promptfoo",
}


def format_of(source: ImportSource) -> str:
    """Recognise the format by the name, and JSON Lines by the keys of the first object.

    Raises:
        GoldenSetError: When the format cannot be told.
    """
    suffix = source.path.suffix.lower()
    if source.path.is_dir():
        return "huggingface"
    if suffix in (".jsonl", ".ndjson"):
        return "openai-evals" if "ideal" in first_object(source, ImportLog()) else "jsonl"
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if not source.path.exists() and source.location.count("/") == 1:
        return "huggingface"
    fix = f"Say --format: {', '.join(READERS)}."
    raise GoldenSetError("the format cannot be told from the name", where=source.location, fix=fix)


def reader_of(name: str) -> Reader:
    """Return the importer of format ``name``.

    Raises:
        GoldenSetError: When there is none.
    """
    if name not in READERS:
        fix = did_you_mean(name, READERS)
        raise GoldenSetError(f"format {name!r} is unknown", where="option --format", fix=fix)
    return READERS[name]
