"""What the command ``evals golden`` shows: lines and tables for people, values for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evals.errors import EvalsError
    from evals.golden.folder import GoldenFolder
    from evals.golden.importing.folder import Imported
    from evals.golden_set import GoldenDiff, GoldenSet

DIGEST_SHOWN = 12


def check_document(
    name: str, folder: GoldenFolder | None, faults: Sequence[EvalsError]
) -> dict[str, Any]:
    """Return the outcome of checking one set; without ``folder`` it could not be read."""
    return {
        "name": name,
        "version": folder.manifest.version if folder else None,
        "items": len(folder.golden_set.items) if folder else None,
        "digest": folder.golden_set.digest if folder else None,
        "ok": not faults,
        "problems": [str(fault) for fault in faults],
    }


def check_line(outcome: dict[str, Any]) -> str:
    """Return the outcome of checking one set in one line, more where there are more problems."""
    why = "\n      ".join(outcome["problems"]).replace("\n  ", "\n      ")
    verdict = "ok" if outcome["ok"] else "FAIL"
    if outcome["digest"] is None:
        return f"{verdict:4}  {outcome['name']}  {why}"
    digest = outcome["digest"][:DIGEST_SHOWN]
    head = (
        f"{verdict:4}  {outcome['name']}  {outcome['version']}  {outcome['items']} items  {digest}"
    )
    return f"{head}  {why}".rstrip()


def list_document(name: str, folder: GoldenFolder | None, fault: EvalsError | None) -> Any:
    """Return one row of the list of sets, for machines."""
    if folder is None:
        return {"name": name, "problem": str(fault)}
    manifest = folder.manifest
    return {
        "name": name,
        "version": manifest.version,
        "items": len(folder.golden_set.items),
        "digest": folder.golden_set.digest,
        "published": manifest.version in manifest.published,
        "license": manifest.license,
        "description": manifest.description,
        "path": str(folder.path),
    }


def list_table(rows: Iterable[dict[str, Any]]) -> Table:
    """Return the list of sets, for people."""
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "version", "items", "digest", "description"):
        table.add_column(heading, justify="right" if heading == "items" else "left")
    for row in rows:
        problem = row.get("problem")
        digest = row.get("digest", "")[:DIGEST_SHOWN]
        said = f"cannot be read: {problem}" if problem else row["description"]
        cells = (row["name"], row.get("version", "-"), str(row.get("items", "-")), digest, said)
        table.add_row(*(escape(cell) for cell in cells))
    return table


def diff_document(difference: GoldenDiff) -> dict[str, list[str]]:
    """Return the ids of the items that differ, by the kind of difference."""
    return {
        "added": list(difference.added),
        "removed": list(difference.removed),
        "changed": list(difference.changed),
        "relabelled": list(difference.relabelled),
    }


def diff_lines(old: GoldenSet, new: GoldenSet, difference: GoldenDiff) -> list[str]:
    """Return what separates two versions, an item a line and the shared basis last."""
    kept = len(new.items) - len(difference.added) - len(difference.changed)
    signs = {"added": "+", "removed": "-", "changed": "~", "relabelled": "="}
    lines = [f"{_title(old)} -> {_title(new)}"]
    for kind, ids in diff_document(difference).items():
        lines += [f"{signs[kind]} {item_id}  ({kind})" for item_id in ids]
    return [*lines, f"Items that stay comparable between the two: {kept}"]


def imported_lines(imported: Imported) -> list[str]:
    """Say what an import did and what comes next."""
    golden_set = imported.golden_set
    digest = golden_set.digest[:DIGEST_SHOWN]
    lines = [
        f"Imported {len(golden_set.items)} items ({imported.form}) into {imported.folder}:",
        f"  {golden_set.name}  {golden_set.version}  {digest}",
    ]
    if imported.repeats:
        lines.append(f"  {imported.repeats} rows repeated another one exactly and were left out.")
    if imported.ignored:
        lines.append(f"  Not read: {', '.join(imported.ignored)}.")
    if imported.instruction:
        lines.append(
            f'  Questions that did not say how to answer now end: "{imported.instruction}"'
        )
    return [*lines, f"Look it over, then run: evals golden publish {golden_set.name}"]


def _title(golden_set: GoldenSet) -> str:
    return f"{golden_set.name} {golden_set.version}"
