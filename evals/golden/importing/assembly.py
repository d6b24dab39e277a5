"""Rows become a golden set, or one error that lists what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from evals.digest import digest_of
from evals.errors import GoldenSetError
from evals.golden.item import item_from
from evals.golden.lines import refuse_twin_id
from evals.golden.manifest import is_label, is_set_name
from evals.golden_set import GoldenSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evals.golden.importing.source import ImportedRow, ImportLog
    from evals.golden.item import ItemDefaults
    from evals.golden_set import Item

MOST_ITEMS = 100_000
FINAL: Final = "FINAL:"
"""What stands before the answer in the last line of a reply."""
_ID_DIGITS = 16
_UNNAMED = "unnamed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Assembled:
    """An imported golden set, and how many rows without an id repeated an earlier one exactly."""

    golden_set: GoldenSet
    repeats: int


def assemble(
    rows: Iterable[ImportedRow], *, name: str, version: str, defaults: ItemDefaults, log: ImportLog
) -> Assembled:
    """Validate all rows and build the set; a row without an id gets one made of its content.

    Raises:
        GoldenSetError: With the first 20 problems, or when there are no rows or too many.
    """
    _check_head(name, version)
    items: list[Item] = []
    places: dict[str, str] = {}
    made: set[str] = set()
    repeats = 0
    for row in rows:
        item, is_made = _item(row, defaults, log)
        if item is not None and is_made and item.id in made:
            repeats += 1
        elif item is not None:
            refuse_twin_id(item.id, where=row.where, places=places, problems=log.problems)
            made.update([item.id] if is_made else [])
            items.append(item)
        _check_size(items, row)
        if log.problems.full:
            break
    log.problems.raise_any("nothing was imported")
    if not items:
        raise GoldenSetError("the source holds no items", fix="Check the file, or --split.")
    golden_set = GoldenSet(name=name, version=version, items=tuple(items))
    return Assembled(golden_set=golden_set, repeats=repeats)


def _item(row: ImportedRow, defaults: ItemDefaults, log: ImportLog) -> tuple[Item | None, bool]:
    is_made = row.document.get("id") is None
    document = {**row.document, "id": _UNNAMED} if is_made else row.document
    if _names_its_form(document):
        defaults = replace(defaults, instruction=None)
    item = item_from(document, where=row.where, defaults=defaults, problems=log.problems)
    if item is not None and is_made:
        item = replace(item, id=digest_of(item.document())[:_ID_DIGITS])
    return item, is_made


def _names_its_form(document: Mapping[str, Any]) -> bool:
    """Whether a row has a scorer of its own, or a question that asks for the last line already."""
    return document.get("scorer") is not None or FINAL in str(document.get("input", ""))


def _check_head(name: str, version: str) -> None:
    if not is_set_name(name):
        fix = "Use lower case letters, digits, - and _; 64 at most."
        raise GoldenSetError(f"name {name!r} cannot name a folder", where="option --name", fix=fix)
    if not is_label(version):
        fix = "Write three numbers, such as 1.0.0."
        raise GoldenSetError(
            f"version {version!r} is not a label", where="option --version", fix=fix
        )


def _check_size(items: list[Item], row: ImportedRow) -> None:
    if len(items) > MOST_ITEMS:
        what = f"the source holds more than {MOST_ITEMS:,} items"
        raise GoldenSetError(what, where=row.where, fix="Import a sample of it.")
