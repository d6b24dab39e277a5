"""All that the simulator knows, by the prompt of the last user turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.simulator.prompts import PromptIndex, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evals.simulator.chat import ChatRequest
    from evals.simulator.fact import Fact


class Knowledge:
    """Facts by prompt; `evals.simulator.learning.knowledge_of` makes them from golden items.

    >>> from evals.simulator.fact import Fact
    >>> fact = Fact(item="peru", right="Lima", wrong=("Cusco",))
    >>> len(Knowledge([("What is the capital of Peru?", fact)]))
    1
    """

    def __init__(self, entries: Iterable[tuple[str, Fact]] = ()) -> None:
        self._index = PromptIndex(entries)

    def __len__(self) -> int:
        return len(self._index)

    def find(self, request: ChatRequest) -> tuple[Fact | None, int]:
        """Return the fact that ``request`` is about, and how many user turns came after it.

        The last user turn that holds a known prompt counts, so a follow-up ("are you sure?") is
        understood as one about the question before it.
        """
        users = [m.content for m in request.messages if m.role == "user"]
        for turns_since, text in enumerate(reversed(users)):
            facts = self._index.find(text)
            if facts:
                return _fitting(facts, request), turns_since
        return None, 0


def _fitting(facts: Sequence[Fact], request: ChatRequest) -> Fact:
    """Return the fact whose other turns are in the request too, where several share a question."""
    if len(facts) == 1:
        return facts[0]
    whole = squeezed(request.text)
    return max(facts, key=lambda fact: sum(turn in whole for turn in fact.context))
