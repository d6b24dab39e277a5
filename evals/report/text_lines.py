"""Terminal lines of a known width: everything is broken here, so that lines can be counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import StringIO
from typing import Final

from rich.console import Console
from rich.text import Text

from evals.report.safe_text import visible

INDENT: Final = 2
_GLUE: Final = "\ue000"
"""Stands for a space inside a figure while lines are broken; `visible` leaves none in the text."""
_INSIDE_A_FIGURE: Final = re.compile(
    r"(?<=\d) (?=%|points|to [-+]?\d)|(?<=\d to) (?=[-+]?\d)"
    r"|(?<=\bp) (?=[<=>])|(?<=p [<=>]) (?=\d)|(?<=\brun) (?=\d)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """How much a section may take: cells across, and whether every paragraph is one line."""

    width: int
    tight: bool = False


def line(text: str, style: str = "") -> Text:
    """Return one line that Rich neither breaks nor reads as markup."""
    return Text(text, style=style, no_wrap=True, overflow="ignore")


def paragraph(
    text: str, room: Room, *, hang: int = INDENT, style: str = "", most: int = 4
) -> list[Text]:
    """Break ``text``, made harmless, into lines; all but the first are indented by ``hang``.

    Past ``most`` lines, or one where the room is tight, an ellipsis stands for the rest. Figures
    are never parted from their units.
    """
    glued = _INSIDE_A_FIGURE.sub(_GLUE, visible(text))
    console = Console(file=StringIO(), width=room.width, color_system=None)
    broken = Text(glued).wrap(console, max(room.width - hang, 1))
    plain = [part.plain.rstrip().replace(_GLUE, " ") for part in broken]
    most = 1 if room.tight else most
    if len(plain) > most:
        plain = [*plain[: most - 1], plain[most - 1][: room.width - hang - 2].rstrip() + " \u2026"]
    return [line(" " * (hang if index else 0) + part, style) for index, part in enumerate(plain)]


def more(left: int, noun: str) -> list[Text]:
    """Say how many lines were left out; nothing when none were."""
    return (
        [line(f"  and {left:,} more {noun if left == 1 else noun + 's'}", "dim")]
        if left > 0
        else []
    )
