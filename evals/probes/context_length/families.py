"""The five families: what is asked of a long text."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from evals.golden_set import ScorerSpec
from evals.probes.context_length.question import Line, Question, spread, told
from evals.probes.records.chance import distinct, seeded, shuffled
from evals.probes.records.words import code, near_numbers, near_words, person, word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

DEPTHS: Final = (10, 50, 90)
_EXACT: Final = ScorerSpec(name="exact")
_HALF_A_CHAIN: Final = 0.08
_HOPS: Final = 4
_COUNTS: Final = (6, 4, 3, 2)
"""How often each mark occurs: the most frequent one leads by two."""


def questions(each: int) -> tuple[Question, ...]:
    """Generate ``each`` questions of every family; depths take turns."""
    return tuple(
        make(f"{family}-{number + 1:02}", DEPTHS[number % len(DEPTHS)])
        for number in range(each)
        for family, make in FAMILIES.items()
    )


def _lookup(name: str, depth: int) -> Question:
    rng = seeded("context_length", name)
    place, answer = word(rng), code(rng)
    return Question(
        id=name,
        family="lookup",
        depth=depth,
        lines=(Line(text=f"The gate of {place} opens with the code {answer}.", place=depth / 100),),
        asks=f"With which code does the gate of {place} open?",
        targets=(answer,),
        scorer=_EXACT,
    )


def _keys(name: str, depth: int) -> Question:
    """Four keys are asked at once, each with a near duplicate; one of them stands at ``depth``."""
    rng = seeded("context_length", name)
    crates = _near_crates(rng)
    codes = distinct(8, lambda: code(rng))
    texts = [
        f"The crate {crate} is sealed with the code {its}."
        for crate, its in zip(crates, codes, strict=True)
    ]
    asked = ", ".join(crates[:3]) + f" and {crates[3]}"
    return Question(
        id=name,
        family="keys",
        depth=depth,
        lines=told([Line(text=texts[0], place=depth / 100)], spread(shuffled(rng, texts[1:]))),
        asks=(
            f"With which codes are the crates {asked} sealed? "
            "Write all four codes in the last line, with commas between them."
        ),
        targets=codes[:4],
        scorer=ScorerSpec(name="contains_all", options={"forbidden": list(codes[4:])}),
    )


def _near_crates(rng: Random) -> tuple[str, ...]:
    """Return eight crates; each of the first four differs by a digit from one of the others."""
    names = near_words(rng, 4)
    numbers = [near_numbers(rng, 2) for _ in names]
    return tuple(
        f"{name} {own[number]}"
        for number in (0, 1)
        for name, own in zip(names, numbers, strict=True)
    )


def _tracing(name: str, depth: int) -> Question:
    """A code is handed on four times around ``depth``; another chain runs through all the text."""
    rng = seeded("context_length", name)
    boxes = shuffled(rng, near_words(rng, 2 * (_HOPS + 1)))
    own, other = boxes[: _HOPS + 1], boxes[_HOPS + 1 :]
    answer, decoy = distinct(2, lambda: code(rng))
    middle = depth / 100
    return Question(
        id=name,
        family="tracing",
        depth=depth,
        lines=told(
            spread(_chain(own, answer), middle - _HALF_A_CHAIN, middle + _HALF_A_CHAIN),
            spread(_chain(other, decoy)),
        ),
        asks=f"Which code does the box {own[-1]} hold?",
        targets=(answer,),
        scorer=_EXACT,
    )


def _chain(boxes: tuple[str, ...], held: str) -> list[str]:
    first = f"The box {boxes[0]} holds the code {held}."
    rest = (
        f"The box {later} holds the same code as the box {box}." for box, later in pairwise(boxes)
    )
    return [first, *rest]


def _reports(name: str, depth: int) -> Question:
    """Five reports on one place and five on another; the third on the first is at ``depth``."""
    rng = seeded("context_length", name)
    place, other = near_words(rng, 2)
    people = distinct(10, lambda: person(rng))
    own, others = (
        [f"A report on {about}: the gauge was read by {who}." for who in some]
        for about, some in ((place, people[:5]), (other, people[5:]))
    )
    middle = depth / 100
    return Question(
        id=name,
        family="reports",
        depth=depth,
        lines=told(
            spread(own[:2], 0.0, middle),
            [Line(text=own[2], place=middle)],
            spread(own[3:], middle, 1.0),
            spread(others),
        ),
        asks=f"Counted from the top, who read the gauge in the third report on {place}?",
        targets=(people[2],),
        scorer=_EXACT,
    )


def _marks(name: str, depth: int) -> Question:  # noqa: ARG001 - its lines are everywhere, so it has no depth
    """Marks occur six, four, three and two times, all over the text."""
    rng = seeded("context_length", name)
    marks = distinct(len(_COUNTS), lambda: word(rng))
    told_marks = [mark for mark, count in zip(marks, _COUNTS, strict=True) for _ in range(count)]
    return Question(
        id=name,
        family="marks",
        depth=None,
        lines=spread(
            [f"A letter came with the mark {mark}." for mark in shuffled(rng, told_marks)]
        ),
        asks="Which mark did the letters have most often?",
        targets=(marks[0],),
        scorer=_EXACT,
    )


FAMILIES: Final[Mapping[str, Callable[[str, int], Question]]] = {
    "lookup": _lookup,
    "keys": _keys,
    "tracing": _tracing,
    "reports": _reports,
    "marks": _marks,
}
