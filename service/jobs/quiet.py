"""Nobody watches a worker's runs as they go; whoever wants to, reads the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from evals.records import SampleRecord
    from service.stages.execute import Progress


class _Quiet:
    def sample(self, record: SampleRecord) -> None: ...

    def tick(self) -> None: ...


QUIET: Final[Progress] = _Quiet()
"""A `Progress` that says nothing."""
