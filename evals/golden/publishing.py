"""Publishing binds a version label to a digest for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from evals.errors import GoldenSetError
from evals.golden.folder import CHANGELOG_FILE, ITEMS_FILE, MANIFEST_FILE
from evals.golden.manifest import parse_manifest
from evals.golden.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evals.golden.folder import GoldenFolder


def publication_faults(folder: GoldenFolder) -> Iterator[GoldenSetError]:
    """Yield what keeps the current version from standing for its label, if anything does."""
    version, name = folder.manifest.version, folder.manifest.name
    where = f"{folder.path / MANIFEST_FILE}, field published"
    bound = folder.manifest.published.get(version)
    if bound is None:
        fix = f"Run: evals golden publish {name}"
        yield GoldenSetError(f"version {version} is not published yet", where=where, fix=fix)
    elif bound != folder.golden_set.digest:
        yield _changed(folder, bound)
    if folder.path.name != name:
        what = f"the set calls itself {name!r} in a folder called {folder.path.name!r}"
        fix = "Rename the folder or the set."
        yield GoldenSetError(what, where=str(folder.path / MANIFEST_FILE), fix=fix)
    if version not in folder.changelog:
        what = f"{CHANGELOG_FILE} says nothing about version {version}"
        fix = "Say in a line what changed in it, and why."
        yield GoldenSetError(what, where=str(folder.path / CHANGELOG_FILE), fix=fix)


def published_text(text: str, folder: GoldenFolder) -> str:
    """Return the manifest ``text`` with the current label bound to the current digest.

    Comments and the order of the keys stay as they are: only one entry is put in.

    Raises:
        GoldenSetError: When the label is bound to other content, or the file is laid out in a way
            that we cannot add to.
    """
    version, digest = folder.manifest.version, folder.golden_set.digest
    bound = folder.manifest.published.get(version)
    if bound == digest:
        return text
    if bound is not None:
        raise _changed(folder, bound)
    new = _with_entry(text, version, digest)
    if _published_in(new) != {**folder.manifest.published, version: digest}:
        fix = f"Add the line yourself under published: {version}: {digest}"
        where = f"{folder.path / MANIFEST_FILE}, field published"
        raise GoldenSetError("the manifest's layout is not one we can add to", where=where, fix=fix)
    return new


def _changed(folder: GoldenFolder, bound: str) -> GoldenSetError:
    version = folder.manifest.version
    what = (
        f"version {version} was published as {bound[:12]} but the content is now "
        f"{folder.golden_set.digest[:12]}"
    )
    fix = "Bump the version in the manifest, or restore the items."
    return GoldenSetError(what, where=str(folder.path / ITEMS_FILE), fix=fix)


def _published_in(text: str) -> Mapping[str, str] | None:
    manifest = parse_manifest(text, file=MANIFEST_FILE, problems=Problems())
    return manifest.published if manifest is not None else None


def _with_entry(text: str, version: str, digest: str) -> str:
    # In quotes, since YAML could read a digest as a number.
    entry = f'{version}: "{digest}"'
    value = _published_node(text)
    if value is None:
        return f"{_ended(text)}published:\n  {entry}\n"
    start, end = value.start_mark.index, value.end_mark.index
    if not isinstance(value, yaml.MappingNode) or not value.value:
        return f"{text[:start].rstrip(' ')}\n  {entry}{text[end:]}"
    if value.flow_style:
        return f"{text[: end - 1].rstrip()}, {entry}}}{text[end:]}"
    last = value.value[-1][1].end_mark.index
    line_end = text.find("\n", last)
    line_end = len(text) if line_end < 0 else line_end
    indent = " " * value.start_mark.column
    return f"{text[:line_end]}\n{indent}{entry}{text[line_end:]}"


def _published_node(text: str) -> yaml.Node | None:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == "published"), None)


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
