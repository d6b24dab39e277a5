"""Where a slot stands."""

from __future__ import annotations

from enum import StrEnum


class SlotState(StrEnum):
    """Where one due moment of one endpoint stands; every change of it carries a reason."""

    DUE = "due"
    """Its moment has come; it waits for its share of the spread."""
    CLAIMED = "claimed"
    """To be started; while no worker has, it has no run."""
    STARTED = "started"
    """It has a run, which was planned within the grace."""
    LATE = "late"
    """It has a run, which was planned after the grace."""
    MISSED = "missed"
    """It was not started, and will not be."""
    OVERLAPPING = "overlapping"
    """A check of the same endpoint and suite was still going on."""
    DISABLED = "disabled"
    """Its schedule was paused or switched off."""


WITH_RUN = frozenset({SlotState.STARTED, SlotState.LATE})
"""States of a slot that has a run."""
