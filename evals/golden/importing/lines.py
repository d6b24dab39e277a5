"""JSON Lines: our own items, OpenAI Evals samples, or objects whose keys are named as columns."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from evals.golden.importing.records import check_columns, item_fields
from evals.golden.importing.source import ImportedRow, unreadable
from evals.golden.lines import parse_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.golden.importing.source import ImportLog, ImportSource

_OPENAI_KEYS = {"input": "input", "ideal": "target"}


def jsonl_rows(source: ImportSource, log: ImportLog) -> Iterator[ImportedRow]:
    """Yield the lines of a JSON Lines file.

    With named columns any object will do and other keys are passed over; without, the keys must be
    those of our items, so that a misspelt one is not lost.
    """
    for row in _objects(source, log):
        if source.columns.named:
            columns = check_columns(row.document, source.columns, where=row.where, log=log)
            document = item_fields(row.document, columns)
            yield ImportedRow(where=row.where, document=document)
        else:
            yield row


def openai_evals_rows(source: ImportSource, log: ImportLog) -> Iterator[ImportedRow]:
    """Yield OpenAI Evals samples: ``input`` is text or chat turns, ``ideal`` one or more texts."""
    for row in _objects(source, log):
        log.ignored.update(dict.fromkeys(key for key in row.document if key not in _OPENAI_KEYS))
        known = {
            ours: row.document[key] for key, ours in _OPENAI_KEYS.items() if key in row.document
        }
        yield ImportedRow(where=row.where, document=known)


def first_object(source: ImportSource, log: ImportLog) -> dict[str, Any]:
    """Return the first object of a JSON Lines file, to recognise its format by."""
    return next((dict(row.document) for row in _objects(source, log)), {})


def _objects(source: ImportSource, log: ImportLog) -> Iterator[ImportedRow]:
    try:
        with source.path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                where = f"{source.location}:{number}"
                data = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
                text = _decoded(data, where, log)
                document = parse_line(text, where=where, problems=log.problems)
                if document is not None:
                    yield ImportedRow(where=where, document=document)
    except OSError as error:
        raise unreadable(source, error, "Check the path.") from error


def _decoded(line: bytes, where: str, log: ImportLog) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        what = f"byte {line[error.start]:#04x} is not UTF-8"
        log.problems.add(what, where=where, fix="Save the file as UTF-8.")
        return ""
