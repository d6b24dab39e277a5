"""Series and figures of the probe."""

from __future__ import annotations

from math import sqrt
from statistics import fmean, median, stdev
from typing import TYPE_CHECKING, Final

from scipy import stats

from evals.probes.answer import graded
from evals.probes.canary.drift import drift_figure
from evals.probes.canary.items import items
from evals.probes.canary.options import CanaryOptions, Mode
from evals.probes.canary.readings import (
    first_word,
    form,
    is_bare,
    is_readable,
    is_sure,
    likeliest,
    opens_with_word,
    row,
)
from evals.probes.figures import share
from evals.probes.probe import Better, Figure, Published, Unit, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic import BaseModel

    from evals.golden_set import Item
    from evals.probes.answer import Answer
    from evals.probes.probe import Chart
    from evals.records import SampleRecord

LIKELIEST: Final = "likeliest"
FIRST: Final = "first token"
FORM: Final = "form"


class Canary:
    """Asks for one token, often."""

    name = "canary"
    version = "1"
    summary = (
        "Asks twenty pinned prompts for one token each, with logprobs where there are any: is it "
        "still the same model?"
    )
    options_type = CanaryOptions
    epochs = 1
    published = (
        Published(
            figure="sure",
            says="ten calls a side see one step of fine-tuning in the logprobs",
            source="arXiv 2512.03816",
        ),
    )

    def items(self, options: BaseModel) -> tuple[Item, ...]:
        """Return the twenty questions of the mode."""
        assert isinstance(options, CanaryOptions)  # noqa: S101 - the treaty's type is wider
        return items(options.mode)

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return what the replies of the mode show, the sharpest first."""
        if _is_short(answers):
            return (
                _view(FIRST, _first_words(answers), headline=True),
                _view(FORM, _forms(answers)),
            )
        has_logprobs = any(answer.item.top_logprobs for answer in answers)
        first = _view(FIRST, _first_tokens(answers), headline=not has_logprobs)
        if not has_logprobs:
            return (first,)
        return (_view(LIKELIEST, _likeliest(answers), headline=True), first)

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return the figures of the mode."""
        return _of_answers(answers) if _is_short(answers) else _of_tokens(answers)

    def beside(
        self, answers: Sequence[Answer], passes: Sequence[Sequence[Answer]]
    ) -> tuple[Figure, ...]:
        """Return how far the logprobs of the first tokens have moved since the baseline."""
        return (drift_figure(answers, passes),)

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:  # noqa: ARG002 - the treaty
        """Return nothing: there is no axis."""
        return ()


PROBE: Final = Canary()


def _is_short(answers: Iterable[Answer]) -> bool:
    return any(answer.item.arm == Mode.SHORT for answer in answers)


def _view(name: str, rows: Iterable[SampleRecord], *, headline: bool = False) -> View:
    return View(name=name, rows=tuple(rows), better=Better.NEITHER, headline=headline)


def _likeliest(answers: Sequence[Answer]) -> Iterator[SampleRecord]:
    """Yield a row for each reply with logprobs; one without is missing, not another answer."""
    for answer in answers:
        found = answer.sample.top_logprobs
        if not is_readable(answer):
            yield answer.sample
        elif found:
            yield row(answer, likeliest(found), passed=is_sure(found))


def _first_tokens(answers: Sequence[Answer]) -> Iterator[SampleRecord]:
    for answer in answers:
        if is_readable(answer):
            yield row(answer, first_word(answer), passed=opens_with_word(answer))
        else:
            yield answer.sample


def _first_words(answers: Sequence[Answer]) -> Iterator[SampleRecord]:
    for answer in answers:
        if answer.right is None:
            yield answer.sample
        else:
            yield row(answer, first_word(answer), passed=answer.right)


def _forms(answers: Sequence[Answer]) -> Iterator[SampleRecord]:
    for answer in answers:
        if is_readable(answer):
            yield row(answer, form(answer), passed=is_bare(answer))
        else:
            yield answer.sample


def _of_tokens(answers: Sequence[Answer]) -> tuple[Figure, ...]:
    came = [answer for answer in answers if is_readable(answer)]
    found = [one.sample.top_logprobs for one in came if one.sample.top_logprobs]
    counts = [one.sample.output_tokens for one in came]
    words = share(
        "opens_with_word",
        [opens_with_word(one) for one in came],
        headline=not any(answer.item.top_logprobs for answer in answers),
        says="first tokens that begin with a letter or digit",
    )
    kept = share(
        "one_token",
        [count <= 1 for count in counts if count is not None],
        says="replies that kept to one token",
    )
    if words.headline:
        return (words, kept)
    return (
        share(
            "sure",
            [is_sure(one) for one in found],
            headline=True,
            says="prompts whose likeliest token has at least half of the mass",
        ),
        _mean("first_logprob", [max(one.values()) for one in found], "nats"),
        words,
        share("logprobs", [bool(one.sample.top_logprobs) for one in came], says="came with them"),
        kept,
    )


def _of_answers(answers: Sequence[Answer]) -> tuple[Figure, ...]:
    came = [answer for answer in answers if is_readable(answer)]
    lengths = [len((one.sample.text or "").strip()) for one in came]
    return (
        share("accuracy", [bool(one.right) for one in graded(answers)], headline=True),
        share("bare", [is_bare(one) for one in came], says="one line without markdown"),
        Figure(
            name="length",
            value=float(median(lengths)) if lengths else None,
            n=len(lengths),
            unit=Unit.NUMBER,
            says="characters, median",
        ),
    )


def _mean(name: str, values: Sequence[float], says: str) -> Figure:
    """Return a mean with t's interval; one value has none."""
    n = len(values)
    if n == 0:
        return Figure(name=name, value=None, n=0, unit=Unit.NUMBER, says=says)
    middle = fmean(values)
    reach = float(stats.t.isf(0.025, n - 1)) * stdev(values) / sqrt(n) if n > 1 else None
    return Figure(
        name=name,
        value=middle,
        low=None if reach is None else middle - reach,
        high=None if reach is None else middle + reach,
        n=n,
        unit=Unit.NUMBER,
        says=says,
    )
