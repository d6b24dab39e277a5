"""Problems of a configuration, told together, so that one message mends the whole file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from evals.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.errors import EvalsError

MOST_PROBLEMS = 20


class ConfigProblemsError(ConfigError):
    """Several problems of one configuration, each with its own place and fix.

    Attributes:
        problems: What was found, in the order of the file.
    """

    def __init__(self, what: str, problems: Sequence[EvalsError]) -> None:
        super().__init__(what)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        shown = self.problems[:MOST_PROBLEMS]
        lines = [f"{self.what}:", *(f"  {_with_notes(problem)}" for problem in shown)]
        if len(shown) < len(self.problems):
            lines.append(f"  ... and {len(self.problems) - len(shown)} more.")
        return "\n".join(lines)


def raise_together(problems: Sequence[EvalsError], *, name: str) -> NoReturn:
    """Raise the problems of file ``name``: a single one as it is.

    >>> raise_together([ConfigError("a is wrong"), ConfigError("b is wrong")], name="evals.yaml")
    Traceback (most recent call last):
    evals.config_problems.ConfigProblemsError: evals.yaml has 2 problems:
      a is wrong.
      b is wrong.
    """
    if len(problems) == 1:
        raise problems[0]
    raise ConfigProblemsError(f"{name} has {len(problems)} problems", problems)


def _with_notes(problem: EvalsError) -> str:
    return " ".join([str(problem), *getattr(problem, "__notes__", ())])
