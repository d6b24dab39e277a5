"""What every skill set has in common: levels in thirds, no prompt twice, one way to report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from evals.golden.folder import read_golden_folder
from evals.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from evals.golden_set import Item

ROOT = shipped_folder("golden_sets")
LEVELS = ("easy", "medium", "hard")


def items_of(name: str, root: Path = ROOT) -> tuple[Item, ...]:
    """Return the items of the golden set ``name``, as they are sent."""
    return read_golden_folder(root / name).golden_set.items


def notes_of(item: Item) -> list[tuple[str, str]]:
    """Return the lines of an item's notes as pairs of kind and text."""
    lines = [line.partition(": ") for line in item.notes.splitlines()]
    return [(kind, text) for kind, _, text in lines]


def shape_problems(items: Sequence[Item]) -> Iterator[str]:
    """Yield what is wrong with the set as a whole: repeated prompts, levels out of balance."""
    prompts = Counter(item.messages[-1].content.casefold() for item in items)
    yield from (f"asked {n} times: {text[:60]!r}" for text, n in prompts.items() if n > 1)
    levels = Counter(tag for item in items for tag in item.tags if tag in LEVELS)
    if max(levels.values()) - min(levels[level] for level in LEVELS) > 1:
        yield f"the levels are not thirds: {dict(levels)}"
    for item in items:
        if sum(tag in LEVELS for tag in item.tags) != 1:
            yield f"{item.id}: needs exactly one of the tags {', '.join(LEVELS)}"


def report(name: str, check: Callable[[Sequence[Item]], Iterable[str]]) -> int:
    """Print every problem of the set ``name`` and how many there are; return 1 if any."""
    items = items_of(name)
    problems = list(check(items))
    print(*problems, f"{name}: {len(items)} items, {len(problems)} problems", sep="\n")
    return 1 if problems else 0
