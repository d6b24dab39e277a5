"""The loose reading of a reply: what is left when pleasantries and marks are taken away. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.scorers.json_text import fenced_blocks
from evals.scorers.text import strip_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.scorers.constraints import Constraint


def rules_kept(text: str, rules: Sequence[Constraint], *, loosely: bool = False) -> list[bool]:
    """Say for each rule whether ``text`` keeps it; loosely, whether one of its readings does."""
    readings = loose_readings(text) if loosely else (text,)
    return [any(rule.met(reading) for reading in readings) for rule in rules]


def loose_readings(text: str) -> tuple[str, ...]:
    r"""Return ``text`` and what is left of it without fence, first line, last line or markdown.

    Each of the four may be taken away or not, the two lines together too; empty rests do not count.

    >>> loose_readings("Sure!\n**Rome**")
    ('Sure!\n**Rome**', '**Rome**', 'Sure!', 'Sure!\nRome', 'Rome')
    """
    blocks = fenced_blocks(text)
    bodies = [text, *(blocks if len(blocks) == 1 else ())]
    trimmed = [cut for body in bodies for cut in _without_ends(body)]
    plain = ["\n".join(strip_markdown(line) for line in one.splitlines()) for one in trimmed]
    return tuple(dict.fromkeys(one for one in (*trimmed, *plain) if one.strip()))


def _without_ends(text: str) -> tuple[str, ...]:
    lines = text.strip().splitlines()
    return (
        text,
        "\n".join(lines[1:]).strip(),
        "\n".join(lines[:-1]).strip(),
        "\n".join(lines[1:-1]).strip(),
    )
