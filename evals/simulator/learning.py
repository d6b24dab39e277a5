"""Learns golden items: the truth from their targets, plausible mistakes from all around it."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from evals.scorers.base import PureScorer
from evals.scorers.registry import scorer_for
from evals.simulator.fact import Fact, option_letters
from evals.simulator.knowledge import Knowledge
from evals.simulator.mistakes import (
    LAST_RESORT,
    MOST_MISTAKES,
    neighbours,
    wrong_code,
    wrong_json,
    wrong_labels,
    wrong_letters,
    wrong_lists,
    wrong_numbers,
    wrong_texts,
)
from evals.simulator.prompts import squeezed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from evals.golden_set import ChatMessage, Item
    from evals.scorers.scored import Scored

NUMBERED: Final = "numbered"
"""The scorer of one question among many in a prompt."""

# These grade the whole reply, whatever their options say.
_WHOLE_REPLY_SCORERS = frozenset({"json_fields", "code_tests", "instruction", "judge", NUMBERED})


def knowledge_of(items: Iterable[Item]) -> Knowledge:
    """Learn golden items: what is right, and up to four mistakes, by the prompt of each.

    The truth is the first form of the targets that the item's own scorer passes, and mistakes are
    answers that it grades as wrong; where it cannot grade by itself (code, judges, embeddings), the
    first target is taken at its word. Items without a target or a user turn stay unknown.
    """
    known = [item for item in items if item.targets and _question(item)]
    facts = [(item, _fact_of(item, known)) for item in known]
    single = [(_question(item), fact) for item, fact in facts if item.scorer.name != NUMBERED]
    return Knowledge([*single, *_lists(facts)])


def _lists(facts: Sequence[tuple[Item, Fact]]) -> Iterator[tuple[str, Fact]]:
    """Yield one fact a prompt that asks many numbered questions, each an item of its own."""
    asked: dict[tuple[ChatMessage, ...], list[tuple[Item, Fact]]] = {}
    for item, fact in facts:
        if item.scorer.name == NUMBERED:
            asked.setdefault(item.messages, []).append((item, fact))
    for together in asked.values():
        first, fact = together[0]
        parts = tuple((_place(item), part) for item, part in together)
        yield _question(first), replace(fact, parts=parts)


def _place(item: Item) -> int:
    return int(item.scorer.options["place"])


def _question(item: Item) -> str:
    return next((m.content for m in reversed(item.messages) if m.role == "user"), "")


def _stands_alone(item: Item) -> bool:
    form = item.scorer.options.get("answer", "final")
    return item.scorer.name in _WHOLE_REPLY_SCORERS or form != "final"


def _fact_of(item: Item, neighbourhood: Sequence[Item]) -> Fact:
    # Built once an item: a scorer checks its options, which costs more than to grade.
    grade = _grader(item)
    right = _right_answer(item, grade)
    options = option_letters(_question(item)) if item.scorer.name == "choice" else ()
    candidates = dict.fromkeys(_candidates(item, right, options, neighbourhood))
    wrong = (answer for answer in candidates if _is_mistake(grade(answer)))
    return Fact(
        item=item.id,
        right=right,
        wrong=tuple(islice(wrong, MOST_MISTAKES)) or (LAST_RESORT,),
        tags=item.tags,
        stands_alone=_stands_alone(item),
        context=tuple(squeezed(m.content) for m in item.messages),
        options=options,
    )


def _is_mistake(scored: Scored | None) -> bool:
    """Say whether an answer is wrong, as against unparsed; unjudged ones are taken as wrong."""
    return scored is None or scored.passed is False


def _right_answer(item: Item, grade: Callable[[str], Scored | None]) -> str:
    first = item.targets[0]
    unit = item.scorer.options.get("unit") or ""
    unit = unit if isinstance(unit, str) else unit[0]
    forms = (first, f"{first} {unit}", ", ".join(item.targets))
    graded = ((form, grade(form)) for form in forms)
    return next((form for form, scored in graded if scored and scored.passed), first)


def _grader(item: Item) -> Callable[[str], Scored | None]:
    """Return the item's own judgement of an answer; it is None where it takes more than a text."""
    scorer = scorer_for(item.scorer)
    lead = "" if _stands_alone(item) else "FINAL: "
    if item.scorer.name == NUMBERED:
        lead = f"{_place(item)}: "

    def grade(answer: str) -> Scored | None:
        return scorer.grade(lead + answer, item) if isinstance(scorer, PureScorer) else None

    return grade


def _candidates(
    item: Item, right: str, options: Sequence[str], neighbourhood: Sequence[Item]
) -> Iterator[str]:
    """Yield possible mistakes, the most plausible first."""
    if options:
        yield from wrong_letters(right, options)
        return
    if item.scorer.name == "code_tests":
        yield from wrong_code(right)
        return
    made = wrong_numbers(right) or wrong_json(right) or wrong_labels(right)
    yield from made
    if not made:
        yield from wrong_lists(item.targets) if right != item.targets[0] else ()
        yield from neighbours(item.targets, _donors(item, neighbourhood))
        yield from wrong_texts(right)


def _donors(item: Item, neighbourhood: Sequence[Item]) -> Iterator[str]:
    """Yield the answers of items like ``item``, those that share a tag first.

    They are taken in turn from the item's own place on, so that mistakes differ.
    """
    alike = [other for other in neighbourhood if other.scorer.name == item.scorer.name]
    start = next((place for place, other in enumerate(alike) if other.id == item.id), 0)
    turned = [*alike[start + 1 :], *alike[:start]]
    turned.sort(key=lambda other: not set(other.tags) & set(item.tags))
    yield from (other.targets[0] for other in turned)
