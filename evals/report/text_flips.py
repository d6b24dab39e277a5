"""The items that changed most, two terminal lines each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from evals.golden_set import Severity
from evals.numbers import percent
from evals.report.safe_text import cut, one_line, pair, visible
from evals.report.text_lines import line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from evals.report.worst import WorstFlip

LINES_A_FLIP: Final = 2


def flip_lines(flips: Sequence[WorstFlip], limit: int, width: int) -> list[Text]:
    """Show the first ``limit`` of ``flips``, with the answer before and after."""
    if not flips:
        return []
    shown = flips[:limit]
    title = line(f"Changed items, worst first ({len(shown)} of {len(flips)})", "bold")
    return [title, *(part for worst in shown for part in _flip(worst, width))]


def _flip(worst: WorstFlip, width: int) -> list[Text]:
    flip = worst.flip
    severity = "" if flip.severity is Severity.NORMAL else f", {flip.severity.value} severity"
    right = f"right {percent(flip.before_pass_rate)} \u2192 {percent(flip.after_pass_rate)}"
    head = f"  {cut(visible(worst.item), width // 2)}{severity}, {right}: "
    answers = '    before ""  after ""'
    before, after = pair(flip.before, flip.after, width - len(answers))
    title = line(head + one_line(flip.prompt, max(0, width - cell_len(head))))
    title.stylize("dim", len(head))
    return [title, line(f'    before "{before}"  after "{after}"')]
