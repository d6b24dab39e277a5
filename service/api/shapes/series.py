"""Series as they travel: what `evals monitors` reads."""
# ruff: noqa: TC003 - pydantic reads the annotations of its models at run time

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from service.api.shapes.base import Shape, shown

if TYPE_CHECKING:
    from service.monitors import Monitor

_QUIET: dict[str, Any] = {"p_week": 0.41, "runs": 3, "onset_run": None, "onset_at": None}


class Finding(Shape):
    """What the detector says of one direction.

    Attributes:
        p_week: Small when the series moved; null where that cannot be told.
        runs: Over how many runs it looked back.
        onset_run: Since which run it seems to have moved.
    """

    p_week: float | None
    runs: int | None = None
    onset_run: str | None
    onset_at: datetime | None


class Series(Shape):
    """One series after one run.

    Attributes:
        series: ``accuracy``, ``answers``, ``voice`` or ``states:STATE``.
        runs: Measured runs since the blessing.
        level: What ``p_week`` has to reach for an alarm.
        stands: ``quiet``, or since which run it has been lower or higher.
    """

    model_config = shown(
        {
            "endpoint": "support-prod",
            "suite": "weekly",
            "task": "support-faq",
            "series": "accuracy",
            "run": "20261123-0600-4f1c",
            "at": "2026-11-23T06:00:12Z",
            "baseline": "support-2026-11",
            "runs": 3,
            "level": 0.0002,
            "stands": "quiet",
            "fell": _QUIET,
            "rose": _QUIET,
        }
    )

    endpoint: str
    suite: str
    task: str
    series: str
    run: str
    at: datetime
    baseline: str | None
    runs: int
    level: float
    stands: str
    fell: Finding
    rose: Finding

    @classmethod
    def of(cls, monitor: Monitor) -> Series:
        """Return the state of a monitor as it travels."""
        return cls.model_validate(monitor.document())
