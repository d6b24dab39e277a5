"""Check the golden set ``capitals-and-sums``.

Sums are recomputed from the line ``calc: 2 + 3`` in their notes; capitals are few and known to
everybody, and were read over by hand. An answer never occurs in its own prompt, since the scorer
looks for it anywhere in the reply, and a model that only echoes the prompt must not pass.

Run it from the root of the repository: ``python -m tools.check_facts.capitals_and_sums``.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from evals.scorers.registry import rescore
from tools.check_facts.formula import compute
from tools.check_facts.set_shape import notes_of, report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.golden_set import Item

MIX = {"capital": 30, "sum": 10}


def problems_in(items: Sequence[Item]) -> Iterator[str]:
    """Yield what is wrong, one sentence each."""
    if (mix := Counter(tag for item in items for tag in item.tags)) != MIX:
        yield f"the mix is {dict(mix)} instead of {MIX}"
    answers = Counter(item.targets[0] for item in items)
    yield from (f"{n} items have the answer {text!r}" for text, n in answers.items() if n > 1)
    for item in items:
        if rescore(item.messages[-1].content, item).passed:
            yield f"{item.id}: an echo of the prompt passes"
        if "sum" in item.tags and str(compute(dict(notes_of(item))["calc"], {})) != item.targets[0]:
            yield f"{item.id}: the sum is wrong"


if __name__ == "__main__":
    sys.exit(report("capitals-and-sums", problems_in))
