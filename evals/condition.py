"""What an alert can be about, and how loud it is: words of routes, alerts and messages alike."""

from __future__ import annotations

from enum import StrEnum


class ConditionKind(StrEnum):
    """What can be wrong, and stay wrong, until it is resolved."""

    SERIES = "series"
    """Series of one endpoint and suite moved: regressed or changed."""
    PIN_BROKEN = "pin_broken"
    """Another model answers under the pinned name."""
    NOT_MEASURED = "not_measured"
    """A run could not be judged: errors, a budget, too few answers."""
    MISSED_CHECK = "missed_check"
    """A slot passed without a run."""
    JUDGE_MOVED = "judge_moved"
    """The model that grades answers grades otherwise than before."""
    DELIVERY_FAILING = "delivery_failing"
    """A channel does not take messages."""
    BUDGET = "budget"
    """Money or calls are spent."""
    SHUTDOWN = "shutdown"
    """The provider ends the pinned model soon."""


class AlertSeverity(StrEnum):
    """How loud an alert is."""

    PAGE = "page"
    """Somebody should look now."""
    WARNING = "warning"
    """Somebody should look today."""
    INFO = "info"
    """Nobody needs to do anything."""
