"""What the room offers to the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.probes.context_length.figures import curve_of, figures_of, share_of_advertised
from evals.probes.context_length.generator import items_of
from evals.probes.context_length.options import LengthOptions
from evals.probes.context_length.views import views_of
from evals.probes.probe import Published

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from evals.golden_set import Item
    from evals.probes.answer import Answer
    from evals.probes.probe import Chart, Figure, View


class ContextLength:
    """Asks the same questions of ever longer texts."""

    name = "context_length"
    version = "1"
    summary = (
        "Asks the same questions of ever longer texts that differ by filler alone: shows how long "
        "a context is really used, and whether long prompts are cut in silence."
    )
    options_type = LengthOptions
    epochs = 1
    published = (
        Published(
            figure="L_eff",
            says="GPT-4-1106: 64K of 128K, at a fixed threshold of 85.6 %",
            source="RULER, arXiv 2404.06654",
        ),
        Published(
            figure="L_eff",
            says="Llama-3.1-70B: 96.5 % at 4K, 66.6 % at 128K",
            source="RULER, arXiv 2404.06654",
        ),
        Published(
            figure="L_eff",
            says="GPT-4o: 8K of 128K claimed, at 0.85 x base, without words in common",
            source="NoLiMa, arXiv 2502.05167",
        ),
    )

    def items(self, options: BaseModel) -> tuple[Item, ...]:
        """Generate the questions, each at every length."""
        assert isinstance(options, LengthOptions)  # noqa: S101 - the treaty's type is wider
        return items_of(options)

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return each length, and what arrives whole."""
        return views_of(answers)

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return ``L_eff`` and all else."""
        return figures_of(answers)

    def promised(self, answers: Sequence[Answer], advertised_tokens: int) -> Figure:
        """Return ``L_eff`` over the context that the provider promises."""
        return share_of_advertised(answers, advertised_tokens)

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:
        """Return the length curve."""
        return (curve_of(answers),)


PROBE: Final = ContextLength()
