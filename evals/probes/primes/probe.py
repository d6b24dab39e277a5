"""Questions, series and figures of the probe."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.probes.answer import graded, rows_of
from evals.probes.figures import share
from evals.probes.primes.numbers import number_pairs
from evals.probes.probe import Figure, Published, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.probes.answer import Answer
    from evals.probes.probe import Chart

PRIME: Final = "prime"
COMPOSITE: Final = "composite"
_YES: Final = "yes"
_NO: Final = "no"
_SOURCE: Final = "arXiv 2307.09009, recomputed"

_PROMPT: Final = "Is {number} a prime number? End your reply with one line: FINAL: yes or FINAL: no"
_EXAMPLES: Final = (
    (21, "21 is 3 times 7.\nFINAL: no"),
    (13, "Neither 2 nor 3 divides 13.\nFINAL: yes"),
)
"""One of each kind, in the form that is wanted: without them, small models forget the last line."""

_SCORER: Final = ScorerSpec(
    name="label",
    options={
        "labels": {
            _YES: ("prime",),
            _NO: ("not prime", "not a prime", "isn't prime", "isn't a prime", "composite"),
        }
    },
)


class PrimesOptions(BaseModel):
    """How much is asked.

    ``per_class``: primes, and as many composites; a smaller probe asks a part of a larger one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_class: Annotated[int, Field(ge=1, le=500)] = 50


class Primes:
    """Asks whether numbers are prime."""

    name = "primes"
    version = "1"
    summary = (
        "Asks of primes and of composites that look like them whether they are prime; a bias "
        "towards yes or no shows in the classes, though the total hides it."
    )
    options_type = PrimesOptions
    epochs = 1
    published = (
        Published(
            figure="balanced_accuracy",
            says="GPT-4: 84.0 % in March, 51.1 % in June 2023",
            source=_SOURCE,
        ),
        Published(figure="accuracy primes", says="GPT-4: 97.6 %, then 2.4 %", source=_SOURCE),
        Published(figure="accuracy composites", says="GPT-4: 70.4 %, then 99.8 %", source=_SOURCE),
    )

    def items(self, options: BaseModel) -> tuple[Item, ...]:
        """Generate the questions: each prime, then the composite near it."""
        assert isinstance(options, PrimesOptions)  # noqa: S101 - the treaty's type is wider
        return tuple(
            item
            for prime, composite in number_pairs(options.per_class)
            for item in (_question(prime, PRIME, _YES), _question(composite, COMPOSITE, _NO))
        )

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return all questions, and those of each class."""
        return (
            View(name="balanced", rows=rows_of(answers), headline=True),
            View(name="primes", rows=rows_of(_of(PRIME, answers))),
            View(name="composites", rows=rows_of(_of(COMPOSITE, answers))),
        )

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return balanced accuracy, the accuracy of each class, and the yes rate."""
        right = {kind: _right(_of(kind, answers)) for kind in (PRIME, COMPOSITE)}
        primes = share("accuracy primes", right[PRIME])
        composites = share("accuracy composites", right[COMPOSITE])
        said_yes = [answer.parsed == _YES for answer in graded(answers)]
        return (
            _balanced(primes, composites),
            primes,
            composites,
            share("yes_rate", said_yes, says="share of answers that call the number prime"),
        )

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:  # noqa: ARG002 - the treaty
        """Return nothing: there is no axis."""
        return ()


PROBE: Final = Primes()


def _question(number: int, kind: str, target: str) -> Item:
    return Item(
        id=f"{kind}-{number}",
        messages=(*_examples(), ChatMessage(role="user", content=_PROMPT.format(number=number))),
        targets=(target,),
        scorer=_SCORER,
        tags=(kind,),
        arm=kind,
    )


def _examples() -> tuple[ChatMessage, ...]:
    return tuple(
        message
        for number, reply in _EXAMPLES
        for message in (
            ChatMessage(role="user", content=_PROMPT.format(number=number)),
            ChatMessage(role="assistant", content=reply),
        )
    )


def _of(kind: str, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    return tuple(answer for answer in answers if answer.item.arm == kind)


def _right(answers: Sequence[Answer]) -> list[bool]:
    return [answer.right is True for answer in graded(answers)]


def _balanced(primes: Figure, composites: Figure) -> Figure:
    """Return the mean of both; its interval takes the squares of their reaches together."""
    name, says = "balanced_accuracy", "mean of both classes; guessing scores 50 %"
    n = primes.n + composites.n
    ends = (
        primes.value,
        primes.low,
        primes.high,
        composites.value,
        composites.low,
        composites.high,
    )
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return Figure(name=name, value=None, n=n, headline=True, says=says)
    p, p_low, p_high, c, c_low, c_high = known
    value = (p + c) / 2
    return Figure(
        name=name,
        value=value,
        low=value - sqrt((p - p_low) ** 2 + (c - c_low) ** 2) / 2,
        high=value + sqrt((p_high - p) ** 2 + (c_high - c) ** 2) / 2,
        n=n,
        headline=True,
        says=says,
    )
