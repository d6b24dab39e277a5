"""A golden set on disk: ``manifest.yaml``, ``items.jsonl`` and ``CHANGELOG.md`` in one folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.errors import GoldenSetError
from evals.golden.lines import decode_utf8, parse_items
from evals.golden.manifest import parse_manifest
from evals.golden.problems import Problems
from evals.golden_set import GoldenSet

if TYPE_CHECKING:
    from pathlib import Path

    from evals.golden.manifest import GoldenManifest

MANIFEST_FILE = "manifest.yaml"
ITEMS_FILE = "items.jsonl"
CHANGELOG_FILE = "CHANGELOG.md"


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldenFolder:
    """A golden set as its folder holds it.

    Attributes:
        path: The folder.
        manifest: Its head, with the published digests.
        golden_set: Its current version, instruction and system text rendered into the items.
        changelog: The text of ``CHANGELOG.md``; empty when there is none.
    """

    path: Path
    manifest: GoldenManifest
    golden_set: GoldenSet
    changelog: str


def parse_golden_set(
    manifest: str | bytes, items: str | bytes, *, folder: str = ""
) -> tuple[GoldenManifest, GoldenSet]:
    r"""Read the two files of a golden set; bytes must be UTF-8.

    ``folder`` stands before the file names in messages.

    Raises:
        GoldenSetError: With file, line, field and fix of each problem, up to 20.

    >>> head, faq = parse_golden_set(
    ...     "name: faq\nversion: 1.0.0\nscorer: exact\n",
    ...     '{"id": "a", "input": "1 + 1?", "target": "2"}\n')
    >>> faq.items[0].targets
    ('2',)
    """
    problems = Problems()
    prefix = f"{folder}/" if folder else ""
    head_file, items_file = f"{prefix}{MANIFEST_FILE}", f"{prefix}{ITEMS_FILE}"
    head_text = _text(manifest, head_file, problems)
    items_text = _text(items, items_file, problems)
    problems.raise_any(_subject(folder))
    head = parse_manifest(head_text, file=head_file, problems=problems)
    if head is None:
        problems.raise_any(_subject(folder))
        raise AssertionError("a manifest that is None has noted why")
    rows = parse_items(items_text, file=items_file, defaults=head.defaults, problems=problems)
    problems.raise_any(_subject(folder))
    golden_set = GoldenSet(
        name=head.name, version=head.version, items=rows, description=head.description
    )
    return head, golden_set


def read_golden_folder(path: Path) -> GoldenFolder:
    """Read the golden set in folder ``path``.

    Raises:
        GoldenSetError: When a file is missing or cannot be read, or its content is wrong.
    """
    changelog = path / CHANGELOG_FILE
    manifest, items = (_read(path / name) for name in (MANIFEST_FILE, ITEMS_FILE))
    head, golden_set = parse_golden_set(manifest, items, folder=str(path))
    return GoldenFolder(
        path=path,
        manifest=head,
        golden_set=golden_set,
        changelog=_read(changelog).decode("utf-8", "replace") if changelog.is_file() else "",
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = f"{path.name} cannot be read: {error.strerror}"
        fix = f"A golden set is a folder with {MANIFEST_FILE} and {ITEMS_FILE}."
        raise GoldenSetError(what, where=str(path), fix=fix) from error


def _text(content: str | bytes, file: str, problems: Problems) -> str:
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    return decode_utf8(content, file=file, problems=problems)


def _subject(folder: str) -> str:
    return f"golden set {folder} cannot be read" if folder else "the golden set cannot be read"
