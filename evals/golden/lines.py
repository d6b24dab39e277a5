"""``items.jsonl``: lines in, items out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from evals.golden.fields import kind_of
from evals.golden.item import item_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evals.golden.item import ItemDefaults
    from evals.golden.problems import Problems
    from evals.golden_set import Item


class _TwinKeyError(ValueError):
    """An object names one key twice."""


def parse_items(
    text: str, *, file: str, defaults: ItemDefaults, problems: Problems
) -> tuple[Item, ...]:
    r"""Read all lines of ``text``, noting problems; blank lines are passed over.

    Lines end at ``\n`` only: other line separators may stand inside a JSON text.
    """
    items: list[Item] = []
    places: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        document = parse_line(line, where=f"{file}:{number}", problems=problems)
        if document is None:
            continue
        where = f"{file}:{number}"
        item = item_from(document, where=where, defaults=defaults, problems=problems)
        refuse_twin_id(document.get("id"), where=where, places=places, problems=problems)
        if item is not None:
            items.append(item)
        if problems.full:
            break
    if not items and not len(problems):
        problems.add("the golden set is empty", where=file, fix="Add at least one item.")
    return tuple(items)


def parse_line(line: str, *, where: str, problems: Problems) -> dict[str, Any] | None:
    """Read one line as a JSON object; None for a blank line, and where a problem was noted."""
    if not line.strip():
        return None
    try:
        value = json.loads(line, object_pairs_hook=_without_twins)
    except json.JSONDecodeError as error:
        what = f"the line is not valid JSON: {error.msg} at column {error.colno}"
        problems.add(what, where=where, fix="Write one JSON object a line.")
        return None
    except (ValueError, RecursionError) as error:
        what = f"the line cannot be read: {_reason(error)}"
        problems.add(what, where=where, fix="Mend that line.")
        return None
    if not isinstance(value, dict):
        what = f"the line is {kind_of(value)} where an object is needed"
        problems.add(what, where=where, fix='Write {"id": "...", "input": "..."}.')
        return None
    return value


def refuse_twin_id(
    item_id: object, *, where: str, places: dict[str, str], problems: Problems
) -> None:
    """Note an id that stood before; ``places`` maps the ids seen so far to their lines."""
    if not isinstance(item_id, str):
        return
    if item_id in places:
        what = f"id {item_id!r} already stands at {places[item_id]}"
        problems.add(what, where=f"{where}, field id", fix="Give each item an id of its own.")
    places.setdefault(item_id, where)


def decode_utf8(data: bytes, *, file: str, problems: Problems) -> str:
    """Decode ``data``, noting the first byte that is not UTF-8; a byte order mark is dropped."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"byte {data[error.start]:#04x} is not UTF-8"
        problems.add(what, where=f"{file}:{line}", fix="Save the file as UTF-8.")
        return ""


def _without_twins(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwinKeyError(f"key {key!r} stands twice")
        found[key] = value
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, _TwinKeyError):
        return str(error)
    return "it nests too deeply" if isinstance(error, RecursionError) else "a number is too long"
