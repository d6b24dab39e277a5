"""Certified memory: evidence adds up over weeks, with a guaranteed time between false pages."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, log1p
from typing import Final

_HALF: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """State of a Shiryaev-Roberts e-detector; a fold over runs, replayable from them.

    Attributes:
        log_evidence: log M, -inf before the first run.
        runs: Runs seen.
        climb: The evidence since ``onset``, a running sum of log e-values that restarts below 0.
        onset: Index of the run from which the evidence has been climbing, or None.
    """

    log_evidence: float = -inf
    runs: int = 0
    climb: float = 0.0
    onset: int | None = None

    def alarms(self, mean_runs_between: float) -> bool:
        """Whether M has reached A, which happens after at least A unchanged runs on average."""
        return self.log_evidence >= log(mean_runs_between)


def step(state: Detector, log_e: float) -> Detector:
    """Add one run's evidence: M' = e (1 + M).

    If nothing changed and each e-value has mean at most 1 given the past, the expected number of
    runs until M >= A is at least A, whatever else is true: that is the certificate. A run that was
    not measured is not a step. Blunter than the change-point scan, which has no certificate. The
    onset is where the summed evidence was last below zero. Source: Shin, Ramdas and Rinaldo,
    E-detectors (2022).

    >>> state = Detector()
    >>> for log_e in (-0.2, -0.1, 2.0, 2.5, 2.2):
    ...     state = step(state, log_e)
    >>> state.alarms(260), state.onset
    (True, 2)
    """
    evidence = log_e + _log1pexp(state.log_evidence)
    climbing = state.climb > 0
    climb = (state.climb if climbing else 0.0) + log_e
    onset = state.onset if climbing else state.runs
    return Detector(
        log_evidence=evidence,
        runs=state.runs + 1,
        climb=max(climb, 0.0),
        onset=onset if climb > 0 else None,
    )


def log_e_of_p(p: float) -> float:
    """Turn a valid p-value into the logarithm of an e-value, e = 1 / (2 sqrt(p)).

    The detector's certificate then needs no more than valid p-values, run shock and all; the
    e-value of the flip test is sharper, and assumes independent items. Source: Vovk and Wang,
    E-values: calibration, combination and applications (2021).

    >>> round(log_e_of_p(0.0025), 3)
    2.303
    """
    return log(_HALF) - _HALF * log(p)


def _log1pexp(value: float) -> float:
    return value + log1p(exp(-value)) if value > 0 else log1p(exp(value))
