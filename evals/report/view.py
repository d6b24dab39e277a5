"""The one view of a run that every renderer shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evals.compare import Comparison
    from evals.probes.findings import Findings
    from evals.records import RunRecord
    from evals.verdict import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a run took.

    Attributes:
        calls: Model calls, retries included.
        cost_usd: None when any price, or the tokens of a reply, are unknown, and without calls.
        seconds: From first call to last reply.
        median_latency_seconds: Of replies that arrived; None without any.
    """

    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    seconds: float
    median_latency_seconds: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunReport:
    """Everything that a report shows of one run, already decided; renderers only lay it out.

    ``next_steps`` are commands, each with a few words on what it does: (command, words);
    ``probes`` is what each probe of the run found.
    """

    run: RunRecord
    model: str
    comparison: Comparison
    verdict: Verdict
    usage: Usage
    next_steps: tuple[tuple[str, str], ...] = field(default=())
    probes: tuple[Findings, ...] = ()
