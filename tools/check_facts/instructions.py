"""Prove that the items of the golden set ``instructions`` can be met, and not by accident.

The target of each item is a reference reply: it must keep every rule. A plain reply that takes no
notice of the item must break at least one.

Run it from the root of the repository: ``python -m tools.check_facts.instructions``.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from evals.scorers.registry import rescore
from tools.check_facts.set_shape import report, shape_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.golden_set import Item

PLAIN = """**Sure!** Here is what I think, as briefly as I can put it.

It depends on 3 things: where you are, what you have at hand, and how much time there is.

Many people never give it any thought, and they do well enough. Others like to plan ahead, make a
list, and work through it. Both ways are fine. In the end, it is best to try it out, to see what
happens, and to learn from that.

Let me know if you would like to hear more about it, or about something else!
"""


def problems_in(items: Sequence[Item]) -> Iterator[str]:
    """Yield what is wrong, one sentence each."""
    yield from shape_problems(items)
    for item in items:
        yield from (f"{item.id}: {problem}" for problem in _reply_problems(item))


def _reply_problems(item: Item) -> Iterator[str]:
    if len(item.targets) != 1:
        yield "needs exactly one target, the reference reply"
        return
    reference = rescore(item.targets[0], item)
    if not reference.passed:
        yield f"the reference reply fails: {reference.reason}"
    if rescore(PLAIN, item).passed:
        yield "a plain reply passes"


if __name__ == "__main__":
    sys.exit(report("instructions", problems_in))
