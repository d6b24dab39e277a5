"""One import, from a source to a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from evals.golden.importing.assembly import FINAL, assemble
from evals.golden.importing.formats import format_of, reader_of
from evals.golden.importing.source import ImportLog
from evals.golden.item import ItemDefaults
from evals.golden.writing import refuse_existing, write_golden_folder
from evals.scorers.base import TextOptions
from evals.scorers.registry import scorer_for

if TYPE_CHECKING:
    from pathlib import Path

    from evals.golden.importing.source import ImportSource
    from evals.golden_set import GoldenSet, ScorerSpec


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        folder: The new folder.
        golden_set: What it holds.
        form: The format that was read.
        repeats: Rows without an id that repeated an earlier row exactly, and were left out.
        ignored: Columns and keys of the source that nothing reads.
        instruction: What was added to the questions that did not say how to answer; empty for none.
    """

    folder: Path
    golden_set: GoldenSet
    form: str
    repeats: int
    ignored: tuple[str, ...]
    instruction: str


def import_golden_set(
    source: ImportSource,
    *,
    name: str,
    version: str,
    into: Path,
    scorer: ScorerSpec,
    form: str | None = None,
    instruction: str | None = None,
) -> Imported:
    """Read ``source`` and write it as a new golden set folder in ``into``.

    Everything is validated before anything is written. ``scorer`` is for rows that name none;
    ``form`` is recognised when it is None. ``instruction`` is added to the questions of rows that
    name no scorer; where it is None, they are told to end with the line that ``scorer`` reads.

    Raises:
        GoldenSetError: With file, line, field and fix of each problem; nothing is written then.
    """
    refuse_existing(into, name)
    form = form or format_of(source)
    log = ImportLog()
    rows = reader_of(form)(source, log)
    told = _what_it_reads(scorer) if instruction is None else instruction
    defaults = ItemDefaults(scorer=scorer, instruction=told or None)
    assembled = assemble(rows, name=name, version=version, defaults=defaults, log=log)
    golden_set = assembled.golden_set
    folder = write_golden_folder(golden_set, into=into, origin=PurePath(source.location).name)
    return Imported(
        folder=folder,
        golden_set=golden_set,
        form=form,
        repeats=assembled.repeats,
        ignored=tuple(log.ignored),
        instruction=told,
    )


def _what_it_reads(scorer: ScorerSpec) -> str:
    """Return the instruction that a reply needs to be graded by ``scorer``; empty for none."""
    options = getattr(scorer_for(scorer), "options", None)
    reads_a_line = isinstance(options, TextOptions) and options.answer == "final"
    return f"End your reply with one line: {FINAL} <answer>" if reads_a_line else ""
