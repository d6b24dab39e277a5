"""Errors that talk to the person who must act."""

from __future__ import annotations


class EvalsError(Exception):
    """Root of every error that Pinwatch raises on purpose.

    A message answers three questions: what happened, where, and what to do next. The command line
    prints ``str(error)`` and never a traceback.

    Attributes:
        what: One sentence, without a full stop, that says what happened.
        where: File, line and field, or the URL, when there is one.
        fix: One sentence that tells what to do next.

    >>> print(EvalsError("scorer 'numbr' is unknown", where="items.jsonl:3, field scorer",
    ...                  fix="Use one of: exact, number."))
    scorer 'numbr' is unknown (items.jsonl:3, field scorer). Use one of: exact, number.
    """

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None) -> None:
        super().__init__(what, where, fix)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        return f"{self.what}{place}." + (f" {self.fix}" if self.fix else "")


class ConfigError(EvalsError):
    """``evals.yaml`` or a suite file says something we cannot follow."""


class GoldenSetError(EvalsError):
    """A golden set cannot be read, or its content contradicts its published version."""


class ScorerError(EvalsError):
    """A scorer is unknown or its options make no sense."""


class EngineError(EvalsError):
    """The endpoint could not be asked at all: a wrong URL, a missing key, a dead server."""
