"""What is imported, and what an importer hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.errors import GoldenSetError
from evals.golden.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """The columns that hold an item's fields, where they are not called like the fields."""

    input: str | None = None
    target: str | None = None
    id: str | None = None
    tags: str | None = None

    @property
    def named(self) -> Mapping[str, str]:
        """The fields whose column was named, and that column."""
        pairs = {"input": self.input, "target": self.target, "id": self.id, "tags": self.tags}
        return {key: column for key, column in pairs.items() if column is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportSource:
    """A file, a folder, or the name of a Hugging Face data set.

    Attributes:
        location: Path or name.
        columns: For tables and generic JSON Lines.
        split: Of a Hugging Face data set, such as ``test``.
        subset: Of a Hugging Face data set, its configuration.
    """

    location: str
    columns: Columns = field(default_factory=Columns)
    split: str | None = None
    subset: str | None = None

    @property
    def path(self) -> Path:
        """The location as a path."""
        return Path(self.location)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedRow:
    """One row in the form of a line of ``items.jsonl``; the id may be missing.

    Attributes:
        where: File and line, for messages.
        document: The fields.
    """

    where: str
    document: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportLog:
    """What is noted while rows are read.

    Attributes:
        problems: What makes the import fail.
        ignored: Columns and keys that carry nothing of ours, in the order met.
    """

    problems: Problems = field(default_factory=Problems)
    ignored: dict[str, None] = field(default_factory=dict)


def unreadable(source: ImportSource, error: Exception, fix: str) -> GoldenSetError:
    """Return the error that says why the source cannot be read."""
    reason = getattr(error, "strerror", None) or str(error).strip().partition("\n")[0]
    return GoldenSetError(f"the source cannot be read: {reason}", where=source.location, fix=fix)


def needs_extra(error: ImportError) -> GoldenSetError:
    """Return the error that names the extra which brings the missing library."""
    what = f"the library {error.name!r} is not installed"
    return GoldenSetError(what, fix="Run: pip install 'pinwatch[data]'")
