"""All that the simulator knows, by the prompt of the last user turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.simulator.fact import Fact, option_letters
from evals.simulator.mistakes import (
    LAST_RESORT,
    MOST_MISTAKES,
    neighbours,
    wrong_code,
    wrong_json,
    wrong_letters,
    wrong_numbers,
)
from evals.simulator.prompts import PromptIndex, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evals.golden_set import Item
    from evals.simulator.chat import ChatRequest


class Knowledge:
    """Facts by prompt.

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
    if len(facts) == 1:
        return facts[0]
    whole = squeezed(request.text)
    return max(facts, key=lambda fact: sum(squeezed(turn) in whole for turn in fact.context))


def knowledge_of(items: Iterable[Item]) -> Knowledge:
    """Learn golden items: the first target is the truth, wrong answers are made up from it.

    Items without a target or a user turn are left unknown. Where the scorer wants all targets
    (``contains_all``), the truth is all of them.
    """
    known = [item for item in items if item.targets and _question(item)]
    return Knowledge([(_question(item), _fact_of(item, known)) for item in known])


def _question(item: Item) -> str:
    return next((m.content for m in reversed(item.messages) if m.role == "user"), "")


def _fact_of(item: Item, neighbourhood: Sequence[Item]) -> Fact:
    every = "all" in item.scorer.name.replace("-", "_").split("_")
    right = ", ".join(item.targets) if every else item.targets[0]
    options = option_letters(_question(item)) if item.scorer.name == "choice" else ()
    return Fact(
        item=item.id,
        right=right,
        wrong=_wrong_answers(item, right, options, neighbourhood),
        tags=item.tags,
        scorer=item.scorer.name,
        context=tuple(m.content for m in item.messages),
        options=options,
    )


def _wrong_answers(
    item: Item, right: str, options: Sequence[str], neighbourhood: Sequence[Item]
) -> tuple[str, ...]:
    made = wrong_letters(right, options) or wrong_numbers(right) or wrong_json(right)
    if not made and "code" in item.scorer.name:
        made = wrong_code(right)
    if not made:
        made = neighbours(item.targets, _donors(item, neighbourhood))
    accepted = {target.strip().casefold() for target in item.targets}
    usable = tuple(answer for answer in made if answer.strip().casefold() not in accepted)
    return usable[:MOST_MISTAKES] or (LAST_RESORT,)


def _donors(item: Item, neighbourhood: Sequence[Item]) -> Iterable[str]:
    """Yield the answers of items like ``item``, those that share a tag first.

    They are taken in turn from the item's own place on, so that mistakes differ.
    """
    alike = [other for other in neighbourhood if other.scorer.name == item.scorer.name]
    start = next((place for place, other in enumerate(alike) if other.id == item.id), 0)
    turned = [*alike[start + 1 :], *alike[:start]]
    turned.sort(key=lambda other: not set(other.tags) & set(item.tags))
    return (other.targets[0] for other in turned)
