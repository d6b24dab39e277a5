"""Questions, series and figures of the probe."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.probes.answer import graded, regraded, rows_of
from evals.probes.figures import mean_difference, share
from evals.probes.instruction_floor.loose import rules_kept
from evals.probes.instruction_floor.prompts import PROMPTS
from evals.probes.probe import Better, Figure, View
from evals.scorers.base import parse_options
from evals.scorers.instruction import InstructionOptions
from evals.stats.intervals import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from evals.probes.answer import Answer
    from evals.probes.instruction_floor.prompts import Prompt
    from evals.probes.probe import Chart, Published
    from evals.records import SampleRecord


class InstructionFloorOptions(BaseModel):
    """There are none: the sixty tasks are pinned."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    """Which of its rules a reply keeps."""

    answer: Answer
    strict: tuple[bool, ...]
    loose: tuple[bool, ...]

    @property
    def chatty(self) -> bool:
        """Whether only what is wrapped around the reply breaks a rule."""
        return all(self.loose) and not all(self.strict)


class InstructionFloor:
    """Asks for replies of a given form."""

    name = "instruction_floor"
    version = "1"
    summary = (
        "Asks for replies under rules of form that a program can verify: how many are kept as they "
        "stand, and how many but for pleasantries around them."
    )
    options_type = InstructionFloorOptions
    epochs = 1
    published: tuple[Published, ...] = ()

    def items(self, options: BaseModel) -> tuple[Item, ...]:  # noqa: ARG002 - the treaty; it has none
        """Return the sixty tasks."""
        seen: Counter[str] = Counter()
        found = []
        for prompt in PROMPTS:
            kind = prompt.rules[0].kind
            seen[kind] += 1
            found.append(_question(prompt, f"{kind.replace('_', '-')}-{seen[kind]}"))
        return tuple(found)

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return both readings, and the replies between them."""
        found = _kept(answers)
        return (
            View(name="strict", rows=rows_of(answers), headline=True),
            View(name="loose", rows=_rows(found, lambda one: all(one.loose))),
            View(name="chatty", rows=_rows(found, lambda one: one.chatty), better=Better.NEITHER),
        )

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return the shares of replies and of rules, strict and loose, and their distance."""
        found = _kept(answers)
        return (
            share("prompt strict", [all(one.strict) for one in found], headline=True),
            share("prompt loose", [all(one.loose) for one in found]),
            _share_of_rules("instruction strict", [one.strict for one in found]),
            _share_of_rules("instruction loose", [one.loose for one in found]),
            mean_difference(
                "chattiness",
                [float(one.chatty) for one in found],
                says="loose minus strict: right but for what is wrapped around",
            ),
        )

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:  # noqa: ARG002 - the treaty
        """Return nothing: there is no axis."""
        return ()


PROBE: Final = InstructionFloor()


def _question(prompt: Prompt, name: str) -> Item:
    kinds = tuple(rule.kind for rule in prompt.rules)
    rules = [dict(rule.check) for rule in prompt.rules]
    return Item(
        id=name,
        messages=(ChatMessage(role="user", content=prompt.text),),
        targets=(prompt.reply,),
        scorer=ScorerSpec(name="instruction", options={"constraints": rules}),
        tags=(kinds[0], f"rules-{len(kinds)}"),
    )


def _kept(answers: Iterable[Answer]) -> tuple[_Kept, ...]:
    return tuple(
        _kept_by(answer, answer.sample.text)
        for answer in graded(tuple(answers))
        if answer.sample.text is not None
    )


def _kept_by(answer: Answer, text: str) -> _Kept:
    rules = parse_options(InstructionOptions, answer.item.scorer).constraints
    return _Kept(
        answer=answer,
        strict=tuple(rules_kept(text, rules)),
        loose=tuple(rules_kept(text, rules, loosely=True)),
    )


def _rows(found: Iterable[_Kept], passed: Callable[[_Kept], bool]) -> tuple[SampleRecord, ...]:
    return tuple(regraded(one.answer, passed=passed(one)) for one in found)


def _share_of_rules(name: str, replies: Sequence[Sequence[bool]]) -> Figure:
    """Return the share of rules that are kept, over all replies.

    Rules of one reply fall together, so the Wilson interval counts as many draws as would have the
    variance of the ratio (linearised, between replies): at least one a reply, where nothing varies.
    """
    kept = [sum(reply) for reply in replies]
    asked = [len(reply) for reply in replies]
    if not asked:
        return Figure(name=name, value=None, n=0)
    rate = sum(kept) / sum(asked)
    squares = sum((k - rate * m) ** 2 for k, m in zip(kept, asked, strict=True))
    draws = len(replies)
    if squares > 0:
        effective = rate * (1 - rate) * sum(asked) ** 2 / squares
        draws = max(1, min(sum(asked), int(effective)))
    interval = wilson_interval(rate * draws, draws)
    return Figure(
        name=name,
        value=rate,
        low=interval.low,
        high=interval.high,
        n=len(replies),
        says=f"of {sum(asked)} rules in {len(replies)} replies",
    )
