"""All figures of the probe, and its curve."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from evals.probes.context_length.effective import KEPT, EffectiveLength, effective_length
from evals.probes.context_length.options import BASE, CHARACTERS_PER_TOKEN, length_arm, length_of
from evals.probes.context_length.truncation import TOLERANCE, kept_shares
from evals.probes.figures import share_of_questions
from evals.probes.probe import Curve, Figure, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.probes.answer import Answer


def figures_of(answers: Sequence[Answer]) -> tuple[Figure, ...]:
    """Compute every figure, ``L_eff`` first."""
    return (
        *_effective(answers),
        *(_accuracy(length_arm(one), _at(answers, one)) for one in lengths_in(answers)),
        *_by_tag(answers),
        *_truncation(answers),
    )


def lengths_in(answers: Iterable[Answer]) -> tuple[int, ...]:
    """Return the lengths that were asked, ascending, whatever became of the asking."""
    return tuple(sorted({length_of(answer.item.arm) for answer in answers}))


def found_length(answers: Sequence[Answer]) -> EffectiveLength:
    """Return the effective length, from the accuracies themselves."""
    accuracies = accuracies_of(answers)
    return effective_length(
        {length: one.value for length, one in accuracies.items()}, _base(accuracies)
    )


def surely_found_length(answers: Sequence[Answer]) -> EffectiveLength:
    """Return it from the lower ends of their Wilson intervals, against the same base."""
    accuracies = accuracies_of(answers)
    return effective_length(
        {length: one.low for length, one in accuracies.items()}, _base(accuracies)
    )


def accuracies_of(answers: Sequence[Answer]) -> Mapping[int, Figure]:
    """Return the accuracy at each length."""
    return {one: _accuracy(length_arm(one), _at(answers, one)) for one in lengths_in(answers)}


def share_of_advertised(answers: Sequence[Answer], advertised_tokens: int) -> Figure:
    """Return the effective length over the context that the endpoint's provider promises.

    The effective length counts in the tokens that the endpoint reported for prompts of it (their
    median), else in nominal ones of four characters. ``n`` counts the questions at the base.
    """
    found = found_length(answers)
    base = accuracies_of(answers).get(BASE)
    name, n = "L_eff / advertised", base.n if base else 0
    if found.length is None:
        return Figure(name=name, value=None, n=n, says=f"L_eff: {found.label}")
    reported = [
        answer.sample.input_tokens
        for answer in _at(answers, found.length)
        if answer.sample.input_tokens is not None
    ]
    tokens = median(reported) if reported else found.length
    says = f"{found.label} of {advertised_tokens:,} tokens"
    return Figure(name=name, value=tokens / advertised_tokens, n=n, says=says)


def curve_of(answers: Sequence[Answer]) -> Curve:
    """Return accuracy along the lengths, over the threshold that a used length must reach."""
    accuracies = accuracies_of(answers)
    base = accuracies.get(BASE)
    threshold: tuple[Figure, ...] = ()
    if base is not None and base.value is not None:
        name = f"{KEPT} x {length_arm(BASE)}"
        threshold = (Figure(name=name, value=KEPT * base.value, n=base.n),)
    return Curve(
        title="Accuracy by length of the prompt",
        axis="nominal tokens",
        points=tuple(accuracies.values()),
        levels=threshold,
    )


def _base(accuracies: Mapping[int, Figure]) -> float | None:
    return accuracies[BASE].value if BASE in accuracies else None


def _effective(answers: Sequence[Answer]) -> tuple[Figure, Figure]:
    base = accuracies_of(answers).get(BASE)
    plain = Figure(name="", value=None, n=base.n if base else 0, unit=Unit.NUMBER)
    point, lower = found_length(answers), surely_found_length(answers)
    return (
        replace(
            plain,
            name="L_eff",
            value=point.length,
            label=point.label,
            headline=True,
            says=f"longest text that is read at least {KEPT} times as well as one of 1K",
        ),
        replace(
            plain,
            name="L_eff_low",
            value=lower.length,
            label=lower.label,
            says="the same by the lower ends of the intervals",
        ),
    )


def _at(answers: Iterable[Answer], length: int) -> tuple[Answer, ...]:
    return tuple(answer for answer in answers if length_of(answer.item.arm) == length)


def _by_tag(answers: Sequence[Answer]) -> tuple[Figure, ...]:
    """Return the accuracy of each family and depth, over all lengths."""
    tags = dict.fromkeys(tag for answer in answers for tag in answer.item.tags[1:])
    return tuple(
        _accuracy(tag, [answer for answer in answers if tag in answer.item.tags]) for tag in tags
    )


def _accuracy(name: str, answers: Iterable[Answer]) -> Figure:
    outcomes = [
        (answer.item.conversation or answer.item.id, answer.right)
        for answer in answers
        if answer.right is not None
    ]
    return share_of_questions(name, outcomes)


def _truncation(answers: Sequence[Answer]) -> tuple[Figure, ...]:
    kept = kept_shares(answers)
    items = {answer.item.id: answer.item for answer in answers if answer.item.id in kept}
    whole = share_of_questions(
        "intact",
        [(item.conversation or name, kept[name] >= 1 - TOLERANCE) for name, item in items.items()],
        says="long prompts whose reported input tokens are all that were sent",
    )
    longest = max((length_of(item.arm) for item in items.values()), default=None)
    at_longest = [kept[name] for name, item in items.items() if length_of(item.arm) == longest]
    name = "tokens reported" if longest is None else f"tokens reported {length_arm(longest)}"
    share = Figure(
        name=name,
        value=median(at_longest) if at_longest else None,
        low=min(at_longest, default=None),
        high=max(at_longest, default=None),
        n=len(at_longest),
        says="share of the expected input tokens: median, and the range of all prompts",
    )
    return (whole, share, _per_token(answers))


def _per_token(answers: Sequence[Answer]) -> Figure:
    """Return how many characters a reported token has, against the nominal four."""
    sized = [
        sum(len(message.content) for message in answer.item.messages) / answer.sample.input_tokens
        for answer in answers
        if answer.sample.input_tokens
    ]
    return Figure(
        name="characters a token",
        value=median(sized) if sized else None,
        low=min(sized, default=None),
        high=max(sized, default=None),
        n=len(sized),
        unit=Unit.NUMBER,
        says=f"median and range; lengths are nominal, at {CHARACTERS_PER_TOKEN}",
    )
