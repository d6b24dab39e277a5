"""Recorded answers of real models, replayed by prompt."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.errors import GoldenSetError
from evals.simulator.prompts import PromptIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

# Repeated runs of one model have no names of their own.
REPEATS = "repeats"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """All recorded answers to one item: by version, in the order of the repeated runs."""

    answers: Mapping[str, tuple[str, ...]]

    def answer(self, version: str, occurrence: int) -> str | None:
        """Return the answer of ``version`` to the k-th ask; repeats start over at their end.

        >>> Recording(answers={"v1": ("yes", "no")}).answer("v1", 3)
        'no'
        """
        texts = self.answers.get(version, ())
        return texts[occurrence % len(texts)] if texts else None


class Recordings:
    """Recordings by prompt, and the versions that they hold, in order of appearance."""

    def __init__(self, entries: Iterable[tuple[str, Recording]] = ()) -> None:
        pairs = list(entries)
        self._index = PromptIndex(pairs)
        self.versions = tuple(dict.fromkeys(v for _, r in pairs for v in r.answers))

    def __len__(self) -> int:
        return len(self._index)

    def answer(self, text: str, version: str, occurrence: int) -> str | None:
        """Return what ``version`` answered to the k-th ask of the prompt ``text`` is or holds.

        Items that share a prompt take turns. None when nothing is recorded.
        """
        found = self._index.find(text)
        if not found:
            return None
        turn, place = divmod(occurrence, len(found))
        return found[place].answer(version, turn)


def read_recordings(path: Path) -> Recordings:
    """Read JSONL, gzipped or not: one prompt a line, with ``answers`` in one of two shapes.

    ``answers`` is either an object of texts by version, or a list, the answers of repeated runs;
    then the texts in ``raw`` are preferred where present. Raises GoldenSetError with file, line and
    fix when a line cannot be read.
    """
    return Recordings(_entries(path))


def _entries(path: Path) -> Iterator[tuple[str, Recording]]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _entry(line, where=f"{path}:{number}")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise GoldenSetError(
            "the recorded answers cannot be read", where=str(path), fix="Check the path."
        ) from error


def _entry(line: str, *, where: str) -> tuple[str, Recording]:
    try:
        row = json.loads(line)
        prompt, answers = row["prompt"], row["answers"]
        by_version = answers if isinstance(answers, dict) else {REPEATS: row.get("raw", answers)}
        texts = {str(version): _texts(answer) for version, answer in by_version.items()}
        return str(prompt), Recording(answers=texts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GoldenSetError(
            "a recorded answer has neither of the two known shapes",
            where=where,
            fix="Give prompt, and answers as {version: text} or as a list of texts.",
        ) from error


def _texts(answer: Any) -> tuple[str, ...]:
    return (answer,) if isinstance(answer, str) else tuple(str(text) for text in answer)
