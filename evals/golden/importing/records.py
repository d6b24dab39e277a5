"""A record of a table, typed or not, as an item's fields."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from evals.errors import GoldenSetError
from evals.golden.item import ITEM_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.golden.importing.source import Columns, ImportLog

# A table's cell holds one text: several turns or targets stand as JSON in a column of their own.
JSON_COLUMNS = {"messages": "input", "targets": "target"}


SYNONYMS = {
    "input": ("question", "prompt"),
    "target": ("answer", "expected", "ideal", "reference"),
}
"""What people call the column of a field; taken where nothing else names one."""


def check_columns(names: Iterable[str], columns: Columns, *, where: str, log: ImportLog) -> Columns:
    """Return the columns to read: those that were named, and those whose names say what they hold.

    Notes the columns that nothing reads.

    Raises:
        GoldenSetError: When a named column is not there, or nothing holds the input.
    """
    present = list(names)
    columns = _with_synonyms(present, columns)
    listing = f"The columns are: {', '.join(map(str, present)) or 'none'}."
    for key, column in columns.named.items():
        if column not in present:
            what = f"column {column!r} is not there"
            raise GoldenSetError(what, where=f"{where}, option --{key}-column", fix=listing)
    if columns.input is None and not {"input", "messages"} & set(present):
        fix = f"Name it with --input-column, and the answer's with --target-column. {listing}"
        raise GoldenSetError("no column is called 'input'", where=where, fix=fix)
    used = {*ITEM_KEYS, *JSON_COLUMNS, *columns.named.values()}
    log.ignored.update(dict.fromkeys(name for name in present if name not in used))
    return columns


def _with_synonyms(present: Sequence[str], columns: Columns) -> Columns:
    lower = {str(name).strip().casefold(): name for name in present}
    taken = {key for key in ITEM_KEYS if key in present}
    taken |= {JSON_COLUMNS[name] for name in present if name in JSON_COLUMNS}
    found = {
        key: next((lower[name] for name in names if name in lower), None)
        for key, names in SYNONYMS.items()
        if key not in columns.named and key not in taken
    }
    return replace(columns, **{key: name for key, name in found.items() if name is not None})


def item_fields(record: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """Return the fields of an item that ``record`` holds; empty cells are left out.

    >>> from evals.golden.importing.source import Columns
    >>> item_fields({"q": "1 + 1?", "target": 2, "tags": "a, b"}, Columns(input="q"))
    {'input': '1 + 1?', 'target': '2', 'tags': ['a', 'b']}
    """
    plain = {key: record.get(columns.named.get(key, key)) for key in ITEM_KEYS}
    for column, key in JSON_COLUMNS.items():
        if plain[key] is None or plain[key] == "":
            plain[key] = _unpacked(record.get(column))
    plain["scorer"] = _unpacked(plain["scorer"])
    plain["tags"] = _tags(plain["tags"])
    return {key: as_text(value) for key, value in plain.items() if value not in (None, "", [])}


def as_text(value: object) -> object:
    """Turn a scalar into the text that a person would write; lists part by part.

    >>> as_text([1, 2.5, True, "x"])
    ['1', '2.5', 'true', 'x']
    """
    if isinstance(value, list | tuple):
        return [as_text(part) for part in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value


def _unpacked(value: object) -> object:
    # Text that is no JSON stays as it is: a scorer's name, or what validation then complains about.
    if not isinstance(value, str) or value[:1] not in ("[", "{"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _tags(value: object) -> object:
    unpacked = _unpacked(value)
    if not isinstance(unpacked, str):
        return unpacked
    return [tag.strip() for tag in unpacked.split(",") if tag.strip()]
