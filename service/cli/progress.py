"""A live line about a run under way; plain lines where there is no terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from evals.call_state import CallState

if TYPE_CHECKING:
    from rich.console import Console

    from evals.records import SampleRecord
    from service.subject import Subject

_PLAIN_EVERY_SECONDS = 10.0


def nothing_spent(*subjects: Subject) -> float | None:
    """Return the cost before the first call: 0, or None where it will stay unknown."""
    return None if any(subject.without_price for subject in subjects) else 0.0


class RunProgress:
    """Counts calls, rate, errors and cost of one run; use it as a context manager.

    A resumed run starts with the ``done`` samples of earlier attempts and with what they cost:
    ``spent_usd``, None where the price is unknown.
    """

    def __init__(
        self,
        console: Console,
        *,
        total: int,
        label: str,
        done: int = 0,
        spent_usd: float | None = 0.0,
    ) -> None:
        self._console = console
        self._total = total
        self._label = label
        self._before = self._calls = done
        self._errors = 0
        self._cost_usd = spent_usd
        self._started = self._last_line = time.monotonic()
        self._told: tuple[int, int] | None = None
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[facts]}"),
            TimeRemainingColumn(compact=True),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task(label, total=total, completed=done, facts=self._facts())

    def __enter__(self) -> Self:
        self._bar.start()
        self._plain_line(force=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
        self._plain_line(force=True)

    def sample(self, record: SampleRecord) -> None:
        """Count a finished sample."""
        self._calls += 1
        self._errors += record.state is not CallState.OK
        if self._cost_usd is not None:
            known = record.cost_usd is not None
            self._cost_usd = self._cost_usd + (record.cost_usd or 0.0) if known else None
        self._show()

    def at(self, *, done: int, errors: int, cost_usd: float | None) -> None:
        """Show counts that a server keeps."""
        self._calls, self._errors, self._cost_usd = done, errors, cost_usd
        self._show()

    def tick(self) -> None:
        """Let a quiet moment show as such."""
        self._bar.update(self._task, facts=self._facts())
        self._plain_line()

    def _show(self) -> None:
        self._total = max(self._total, self._calls)  # an adaptive check may ask more than planned
        self._bar.update(self._task, completed=self._calls, total=self._total, facts=self._facts())
        self._plain_line()

    def _facts(self) -> str:
        seconds = max(time.monotonic() - self._started, 1e-9)
        cost = "cost unknown" if self._cost_usd is None else f"${self._cost_usd:.4f}"
        return f"{(self._calls - self._before) / seconds:.1f}/s  {self._errors} not ok  {cost}"

    def _plain_line(self, *, force: bool = False) -> None:
        now = time.monotonic()
        due = now - self._last_line >= _PLAIN_EVERY_SECONDS
        if self._console.is_terminal or not (force or due):
            return
        counts = (self._calls, self._total)
        if force and counts == self._told:
            return
        self._last_line, self._told = now, counts
        left = self._seconds_left(now)
        self._console.print(f"{self._label}: {self._calls}/{self._total}  {self._facts()}{left}")

    def _seconds_left(self, now: float) -> str:
        calls = self._calls - self._before
        if not calls or self._calls >= self._total:
            return ""
        pace = (now - self._started) / calls
        return f"  about {pace * (self._total - self._calls):.0f} s left"
