"""A golden set in the forms that other tools read; JSON Lines keeps every byte of it."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from evals.errors import GoldenSetError
from evals.golden.item import item_document
from evals.golden.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from evals.golden_set import GoldenSet, Item

TABLE_COLUMNS = (
    "id",
    "input",
    "messages",
    "target",
    "targets",
    "scorer",
    "tags",
    "cluster",
    "severity",
    "notes",
)


def items_text(items: Iterable[Item]) -> str:
    """Return the items as ``items.jsonl``; reading it back gives equal items and digests."""
    return "".join(f"{_json(item_document(item))}\n" for item in items)


def exported(golden_set: GoldenSet, form: str) -> bytes:
    """Return ``golden_set`` as the content of a file in format ``form``.

    Raises:
        GoldenSetError: When the format is unknown, needs a library that is not installed, or
            cannot say what the set says.
    """
    if form not in WRITERS:
        fix = did_you_mean(form, WRITERS)
        raise GoldenSetError(f"format {form!r} is unknown", where="option --format", fix=fix)
    return WRITERS[form](golden_set)


def _jsonl(golden_set: GoldenSet) -> bytes:
    return items_text(golden_set.items).encode()


def _csv(golden_set: GoldenSet) -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, TABLE_COLUMNS)
    table.writeheader()
    table.writerows(_table_row(item) for item in golden_set.items)
    return out.getvalue().encode()


def _parquet(golden_set: GoldenSet) -> bytes:
    try:
        import pyarrow
        from pyarrow.parquet import write_table
    except ImportError as error:
        what = f"the library {error.name!r} is not installed"
        raise GoldenSetError(what, fix="Run: pip install 'pinwatch[data]'") from error
    schema = pyarrow.schema([(column, pyarrow.string()) for column in TABLE_COLUMNS])
    rows = [_table_row(item) for item in golden_set.items]
    out = io.BytesIO()
    write_table(pyarrow.Table.from_pylist(rows, schema=schema), out)
    return out.getvalue()


def _openai_evals(golden_set: GoldenSet) -> bytes:
    lines = [
        {
            "input": [{"role": turn.role, "content": turn.content} for turn in item.messages],
            "ideal": _one_or_all(item.targets),
        }
        for item in golden_set.items
    ]
    return "".join(f"{_json(line)}\n" for line in lines).encode()


def _promptfoo(golden_set: GoldenSet) -> bytes:
    from evals.golden.exporting_promptfoo import promptfoo_text

    return promptfoo_text(golden_set).encode()


def _table_row(item: Item) -> Mapping[str, str]:
    """Return one row of texts; several turns or targets stand as JSON in their own columns."""
    document = item_document(item)
    for key, column in (("input", "messages"), ("target", "targets")):
        if isinstance(document.get(key), list):
            document[column] = document.pop(key)
    return {
        key: value if isinstance(value, str) else _json(value) for key, value in document.items()
    }


def _one_or_all(targets: Sequence[str]) -> str | list[str]:
    return targets[0] if len(targets) == 1 else list(targets)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


WRITERS: dict[str, Callable[[GoldenSet], bytes]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "parquet": _parquet,
    "openai-evals": _openai_evals,
    "promptfoo": _promptfoo,
}
