"""A golden set becomes a folder: whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from typing import TYPE_CHECKING

from evals.digest import canonical_json
from evals.errors import GoldenSetError
from evals.golden.exporting import items_text
from evals.golden.folder import CHANGELOG_FILE, ITEMS_FILE, MANIFEST_FILE, read_golden_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evals.golden_set import GoldenSet

_NAMESPACE = uuid.UUID("6f1ab2de-55a1-5d0c-9a43-2c9d4b8e7f10")


def write_golden_folder(golden_set: GoldenSet, *, into: Path, origin: str) -> Path:
    """Write ``golden_set`` as a new folder in ``into`` and return that folder.

    The files are written and read back in a hidden folder beside it, which is then renamed: other
    readers see the whole set or nothing, and a failure (a full disk too) leaves nothing behind.
    ``origin`` says in the changelog where the items come from.

    Raises:
        GoldenSetError: When the folder exists, or cannot be written.
    """
    target = refuse_existing(into, golden_set.name)
    draft = into / f".{golden_set.name}.importing-{os.getpid()}"
    try:
        into.mkdir(parents=True, exist_ok=True)
        _sweep(into, golden_set.name)
        draft.mkdir()
        _write_files(draft, _files(golden_set, origin))
        _prove(draft, golden_set)
        draft.rename(target)
    except OSError as error:
        what = f"the set cannot be written: {error.strerror}"
        fix = "Make room or choose another --into; nothing was imported."
        raise GoldenSetError(what, where=str(target), fix=fix) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def refuse_existing(into: Path, name: str) -> Path:
    """Return the folder that a new golden set will have.

    Raises:
        GoldenSetError: When something stands there already.
    """
    target = into / name
    if target.exists():
        fix = "Choose another --name, or edit that set and bump its version."
        raise GoldenSetError(f"{name!r} exists already", where=str(target), fix=fix)
    return target


def replace_file(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` in one step, so that a crash leaves the old or the new.

    Raises:
        GoldenSetError: When it cannot be written; what stood there before then stands.
    """
    real = path.resolve()
    draft = real.with_name(f".{real.name}.{os.getpid()}")
    try:
        _write(draft, content)
        if real.exists():
            shutil.copymode(real, draft)
        draft.replace(real)
    except OSError as error:
        what = f"{path.name} cannot be written: {error.strerror}"
        raise GoldenSetError(what, where=str(path), fix="Nothing was changed.") from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def _files(golden_set: GoldenSet, origin: str) -> Mapping[str, str]:
    canary = uuid.uuid5(_NAMESPACE, f"{golden_set.name} {golden_set.digest}")
    description = golden_set.description or f"Imported from {origin}."
    head = {
        "name": golden_set.name,
        "version": golden_set.version,
        "description": description,
        "canary": str(canary),
    }
    changelog = (
        f"# Changelog of {golden_set.name}\n\n## {golden_set.version}\n\n"
        f"- {len(golden_set.items)} items, imported from {origin}.\n"
    )
    # A JSON text is a YAML text: the quotes keep a version or a description from being a number.
    manifest = "".join(f"{key}: {canonical_json(value)}\n" for key, value in head.items())
    return {
        MANIFEST_FILE: manifest,
        ITEMS_FILE: items_text(golden_set.items),
        CHANGELOG_FILE: changelog,
    }


def _write_files(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        _write(folder / name, text.encode())


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _prove(draft: Path, golden_set: GoldenSet) -> None:
    if read_golden_folder(draft).golden_set.digest != golden_set.digest:
        fix = "Report this as a bug; nothing was imported."
        raise GoldenSetError("the written items read back differently", where=str(draft), fix=fix)


def _sweep(into: Path, name: str) -> None:
    # What an import left that was killed outright; a live one of the same name would fail anyway.
    for leftover in into.glob(f".{name}.importing-*"):
        shutil.rmtree(leftover, ignore_errors=True)
