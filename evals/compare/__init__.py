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
from evals.compare.standing import Confirmation, Sampling

__all__ = [
    "Comparison",
    "Confirmation",
    "Estimate",
    "Excluded",
    "FingerprintChange",
    "Flip",
    "Sampling",
    "StateRate",
    "TaskComparison",
]
