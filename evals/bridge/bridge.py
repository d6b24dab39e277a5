"""The shape of a bridge: the old way asked again, the new way beside it, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from evals.verdict import EXIT_PIN_BROKEN, VerdictKind

if TYPE_CHECKING:
    from evals.compare.comparison import Comparison
    from evals.swap.swap import SwapReport
    from evals.verdict import Verdict


class BridgeOutcome(StrEnum):
    """Whether the series may go on from the new way of asking."""

    HOLDS = "holds"
    """Asked the old way, the endpoint is what was blessed: what differs is ours alone."""
    MOVED = "moved"
    """Asked the old way, it is not what was blessed: nothing is re-anchored."""
    CANNOT_TELL = "cannot tell"
    """The old way could not be measured, or could not have seen what matters."""


EXIT_CODES: Final = {
    BridgeOutcome.HOLDS: 0,
    BridgeOutcome.MOVED: 1,
    BridgeOutcome.CANNOT_TELL: 3,
}
_OUTCOMES: Final = {
    VerdictKind.OK: BridgeOutcome.HOLDS,
    VerdictKind.REGRESSED: BridgeOutcome.MOVED,
    VerdictKind.IMPROVED: BridgeOutcome.MOVED,
    VerdictKind.CHANGED: BridgeOutcome.MOVED,
    VerdictKind.INCONCLUSIVE: BridgeOutcome.CANNOT_TELL,
    VerdictKind.INVALID: BridgeOutcome.CANNOT_TELL,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class BridgeReport:
    """A bridge from one baseline to the next.

    Attributes:
        baseline: The blessing that the series stood on.
        anchor: The name of the one that takes its place where the bridge holds.
        changes: What we changed between them, as phrases.
        old_runs: The passes asked the old way.
        new_runs: Those asked the new way; the same ones where both ways ask the same.
        meanwhile: The old way now beside what was blessed then.
        verdict: The judgement of that.
        offset: The new way against the old one, in this window; None where both ask the same.
    """

    endpoint: str
    suite: str
    baseline: str
    anchor: str
    changes: tuple[str, ...]
    old_runs: tuple[str, ...]
    new_runs: tuple[str, ...]
    meanwhile: Comparison
    verdict: Verdict
    offset: SwapReport | None

    @property
    def outcome(self) -> BridgeOutcome:
        """Whether the series may be re-anchored."""
        return BridgeOutcome.MOVED if self.verdict.pin_broken else _OUTCOMES[self.verdict.kind]

    @property
    def exit_code(self) -> int:
        """The exit code of ``evals run --bridge``."""
        return EXIT_PIN_BROKEN if self.verdict.pin_broken else EXIT_CODES[self.outcome]
