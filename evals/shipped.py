"""Where golden sets and suites are found: the user's folders first, then those we ship."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evals.errors import GoldenSetError
from evals.golden.folder import MANIFEST_FILE, read_golden_folder
from evals.golden.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.golden.folder import GoldenFolder


def shipped_folder(kind: str) -> Path:
    """Return the folder of what we ship: ``golden_sets`` or ``suites``.

    Installed from a wheel it is package data; in a checkout it stands beside the packages.
    """
    package = Path(__file__).resolve().parent
    packaged = package / "_shipped" / kind
    return packaged if packaged.is_dir() else package.parent / kind


def known_golden_sets(search_paths: Sequence[Path]) -> Mapping[str, Path]:
    """Map the name of each golden set in sight to its folder; the first one found wins.

    Folders whose names start with a dot, and those without a manifest, are passed over.
    """
    found: dict[str, Path] = {}
    for root in (*search_paths, shipped_folder("golden_sets")):
        for folder in _entries(root):
            if not folder.name.startswith(".") and (folder / MANIFEST_FILE).is_file():
                found.setdefault(folder.name, folder)
    return found


def golden_set_path(name: str, search_paths: Sequence[Path]) -> Path:
    """Return the folder of the golden set called ``name``; ``name`` may be a folder itself.

    Raises:
        GoldenSetError: When there is neither.
    """
    known = known_golden_sets(search_paths)
    if name in known:
        return known[name]
    if (Path(name) / MANIFEST_FILE).is_file():
        return Path(name)
    what = f"golden set {name!r} is unknown"
    raise GoldenSetError(what, where=_places(search_paths), fix=_suggest(name, known))


def find_golden_set(name: str, search_paths: Sequence[Path]) -> GoldenFolder:
    """Read the golden set called ``name``, or ``name@label`` to insist on a version.

    ``search_paths`` are folders that hold golden sets; the shipped ones come after them. A path to
    the folder of one golden set will do as well.

    Raises:
        GoldenSetError: When no such set or version is in sight, or it cannot be read.
    """
    bare, _, label = name.partition("@")
    folder = read_golden_folder(golden_set_path(bare, search_paths))
    version = folder.manifest.version
    if label and label != version:
        what = f"golden set {bare!r} is at version {version}, not {label}"
        fix = f"Write {bare}@{version}, or restore the folder of {label} from its history."
        raise GoldenSetError(what, where=str(folder.path), fix=fix)
    return folder


def _entries(root: Path) -> list[Path]:
    try:
        return sorted(root.iterdir()) if root.is_dir() else []
    except OSError as error:
        what = f"the folder cannot be listed: {error.strerror}"
        raise GoldenSetError(what, where=str(root), fix="Check its permissions.") from error


def _suggest(name: str, known: Mapping[str, Path]) -> str:
    hint = did_you_mean(name, known)
    return f"{hint} Known: {', '.join(sorted(known))}." if hint.startswith("Did") else hint


def _places(search_paths: Sequence[Path]) -> str:
    return "searched " + ", ".join([*(str(path) for path in search_paths), "the shipped sets"])
