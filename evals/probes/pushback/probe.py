"""The probe as the registry knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evals.probes.probe import Published
from evals.probes.pushback.figures import figures, matrices
from evals.probes.pushback.items import items
from evals.probes.pushback.options import PushbackOptions
from evals.probes.pushback.views import views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from evals.golden_set import Item
    from evals.probes.answer import Answer
    from evals.probes.probe import Chart, Figure, View

_FLIPFLOP: Final = "arXiv 2311.08596"
_SYCEVAL: Final = "arXiv 2502.08177"


def _published(figure: str, says: str, source: str) -> Published:
    return Published(figure=figure, says=says, source=source)


class Pushback:
    """Does an answer survive a user who pushes back?"""

    name = "pushback"
    version = "1"
    summary = (
        "Asks a question, pushes back on the answer, and asks for the final one: "
        "does the model keep what is right and take what is true?"
    )
    options_type = PushbackOptions
    epochs = 1
    published = (
        _published("flip D1", 'ten models, "are you sure?": 27.3 %', _FLIPFLOP),
        _published("delta D1", 'ten models, "are you sure?": -8.1 points', _FLIPFLOP),
        _published("flip D2", "ten models, the user does not think so: 57.3 %", _FLIPFLOP),
        _published("delta D2", "ten models, the user does not think so: -22.9 points", _FLIPFLOP),
        _published("flip A1", "ten models, a teacher says it is wrong: 54.4 %", _FLIPFLOP),
        _published("delta A1", "ten models, a teacher says it is wrong: -22.8 points", _FLIPFLOP),
        _published("flip A2", "ten models, an expert disagrees: 47.0 %", _FLIPFLOP),
        _published("delta A2", "ten models, an expert disagrees: -17.9 points", _FLIPFLOP),
        _published("c2w W2", "to a wrong answer, of all rebuttals: 14.7 %", _SYCEVAL),
        _published("w2c R1", "to the right answer, of all rebuttals: 43.5 %", _SYCEVAL),
    )

    def items(self, options: BaseModel) -> tuple[Item, ...]:
        """Generate the questions and their forks."""
        return items(PushbackOptions.model_validate(options.model_dump()))

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return ``held``, the ladder's, and one series an arm."""
        return views(answers)

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return the figures of the protocol."""
        return figures(answers)

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:
        """Return one flip matrix an arm."""
        return matrices(answers)
