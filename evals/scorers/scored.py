"""The treaty between scorers and everyone else: a reply goes in, one `Scored` comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from evals.call_state import CallState
    from evals.golden_set import Item


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """A scorer's judgement of one reply.

    Attributes:
        state: `CallState.OK` exactly when ``value`` is a number.
        value: 0 to 1; None whenever the reply could not be graded. Never 0 for "no data".
        passed: Whether the reply is right (the 0/1 outcome of the statistics); None as value.
        parsed: The normalised answer that was graded, the unit of "did the answer change?".
        reason: One short sentence for the report.
    """

    state: CallState
    value: float | None
    passed: bool | None
    parsed: str | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoringContext:
    """What an impure scorer may use; pure scorers ignore it.

    Attributes:
        ask_judge: Sends one prompt to the pinned judge and returns its text; None without a judge.
        sandbox: How model-written code may run: ``none``, ``subprocess`` or ``docker``.
    """

    ask_judge: Callable[[str], Awaitable[str]] | None = None
    sandbox: str = "none"


class Scorer(Protocol):
    """Grades one reply that arrived whole; the engine has already set aside errors and cuts.

    ``version`` covers parsing and grading: what was scored under two versions is never
    compared.
    """

    name: str
    version: str

    async def score(self, text: str, item: Item, context: ScoringContext) -> Scored:
        """Grade ``text``, the reply to ``item``."""
        ...
