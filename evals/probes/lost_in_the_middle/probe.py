"""What the room offers to the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.probes.lost_in_the_middle.figures import curve_of, figures_of
from evals.probes.lost_in_the_middle.generator import items_of
from evals.probes.lost_in_the_middle.options import MiddleOptions
from evals.probes.lost_in_the_middle.views import views_of
from evals.probes.probe import Published

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from evals.golden_set import Item
    from evals.probes.answer import Answer
    from evals.probes.probe import Chart, Figure, View

_SOURCE: Final = "Liu et al. 2023, arXiv 2307.03172, 20 documents"


class LostInTheMiddle:
    """Asks for one record among many, at several positions."""

    name = "lost_in_the_middle"
    version = "1"
    summary = (
        "Asks for one detail of one record among many alike, with the evidence at the beginning, "
        "in the middle and at the end: shows how much of a long prompt is really read."
    )
    options_type = MiddleOptions
    epochs = 1
    published = (
        Published(
            figure="mid_deficit",
            says="gpt-3.5-turbo: 14.0 points (75.8 57.2 53.8 55.4 63.2 %)",
            source=_SOURCE,
        ),
        Published(
            figure="mid_deficit",
            says="claude-1.3: 3.4 points (59.9 55.9 56.8 57.2 60.1 %)",
            source=_SOURCE,
        ),
        Published(figure="oracle", says="gpt-3.5-turbo: 88.3 %", source=_SOURCE),
        Published(
            figure="closed book",
            says="gpt-3.5-turbo: 56.1 %, on public questions; ours cannot be known",
            source=_SOURCE,
        ),
    )

    def items(self, options: BaseModel) -> tuple[Item, ...]:
        """Generate the questions, each at every position, alone and without documents."""
        assert isinstance(options, MiddleOptions)  # noqa: S101 - the treaty's type is wider
        return items_of(options)

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return the middle, then each position."""
        return views_of(answers)

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return ``mid_deficit`` and all else."""
        return figures_of(answers)

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:
        """Return the position curve."""
        return (curve_of(answers),)


PROBE: Final = LostInTheMiddle()
