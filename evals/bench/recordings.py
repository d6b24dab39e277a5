"""Recorded answers, read from files that stay where they are."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from evals.errors import EvalsError

if TYPE_CHECKING:
    from pathlib import Path

    from evals.stats.arrays import Bools, Ints

UNDETERMINED: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Primes:
    """Answers of several model versions to "is n prime?".

    Attributes:
        prime: Whether the item's number is prime, ``[items]``.
        answers: For every version 1 (yes), 0 (no) or -1 (undetermined), ``[items]``.
    """

    prime: Bools
    answers: dict[str, Ints]

    def right(self, version: str) -> Bools:
        """Return which answers are right; an undetermined one is wrong."""
        return np.asarray(self.answers[version] == self.prime)


@dataclass(frozen=True, slots=True, kw_only=True)
class SameModel:
    """Identical runs of one endpoint.

    Attributes:
        codes: For every task, codes of the parsed answers, ``[runs, items, 1]``.
        correct: For every task, 1 or 0, ``[runs, items, 1]``.
    """

    codes: dict[str, Ints]
    correct: dict[str, Ints]


def read_recording(path: Path) -> Primes | SameModel:
    """Read one of the two known recordings, told apart by their keys.

    Raises:
        EvalsError: The file cannot be read, or is neither.
    """
    rows = _read_rows(path)
    try:
        return _primes(rows) if isinstance(rows[0]["answers"], dict) else _same_model(rows)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise EvalsError(
            "these are not recorded answers that the bench knows",
            where=str(path),
            fix="Give llmdrift_primes.jsonl.gz or gpt4o_same_model_5runs.jsonl.gz.",
        ) from error


def read_yes_or_no(answer: str) -> int:
    """Read an answer as the study did: 1, 0, or -1 when it is undetermined.

    Commas and full stops become spaces, every word is put in brackets, all in lower case; then
    ``[yes]`` anywhere is yes, else ``[no]`` anywhere is no. "[Yes]" becomes ``[[yes]]``, which
    still holds ``[yes]``.

    >>> read_yes_or_no("No, wait. Yes."), read_yes_or_no("[No]"), read_yes_or_no("Notably 7")
    (1, 0, -1)
    """
    words = answer.replace(",", " ").replace(".", " ").lower().split()
    bracketed = " ".join(f"[{word}]" for word in words)
    if "[yes]" in bracketed:
        return 1
    return 0 if "[no]" in bracketed else UNDETERMINED


def _primes(rows: list[dict[str, Any]]) -> Primes:
    return Primes(
        prime=np.array([row["target"] == "yes" for row in rows]),
        answers={
            version: np.array([read_yes_or_no(row["answers"][version]) for row in rows])
            for version in rows[0]["answers"]
        },
    )


def _same_model(rows: list[dict[str, Any]]) -> SameModel:
    tasks = dict.fromkeys(row["task"] for row in rows)
    of_task = {task: [row for row in rows if row["task"] == task] for task in tasks}
    return SameModel(
        codes={task: _codes([row["answers"] for row in of_task[task]]) for task in tasks},
        correct={
            task: np.array([row["correct"] for row in of_task[task]]).T[:, :, np.newaxis]
            for task in tasks
        },
    )


def _codes(answers: list[list[str]]) -> Ints:
    known = {
        answer: code for code, answer in enumerate(sorted({a for row in answers for a in row}))
    }
    codes = np.array([[known[answer] for answer in row] for row in answers])
    return np.asarray(codes.T[:, :, np.newaxis])


def _read_rows(path: Path) -> list[dict[str, Any]]:
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
    except (OSError, EOFError, ValueError) as error:
        raise EvalsError(
            f"recorded answers cannot be read: {error}",
            where=str(path),
            fix="Give a file of JSON lines, gzipped or not.",
        ) from error
    return rows
