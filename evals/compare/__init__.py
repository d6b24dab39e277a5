"""Numbers only: a run beside its baseline, task by task. Judgement is in `evals.verdict`."""

from evals.compare.comparison import (
    Comparison,
    Estimate,
    Excluded,
    FingerprintChange,
    Flip,
    StateRate,
    TaskComparison,
)

__all__ = [
    "Comparison",
    "Estimate",
    "Excluded",
    "FingerprintChange",
    "Flip",
    "StateRate",
    "TaskComparison",
]
