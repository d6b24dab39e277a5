"""Questions, series and figures of the probe."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from evals.call_state import CallState
from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.probes.determinism.prompts import (
    EXAMPLE,
    FINAL_LINE,
    LONG,
    ONE_TOKEN,
    ONE_WORD,
    SHORT,
)
from evals.probes.determinism.replies import common_prefix, pairwise_agreement
from evals.probes.figures import share
from evals.probes.probe import Better, Figure, Published, Unit, View
from evals.scorers.text import squeeze
from evals.stats.intervals import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from evals.probes.answer import Answer
    from evals.probes.probe import Chart
    from evals.records import SampleRecord

LONG_TOKENS: Final = 300
_ANYTHING: Final = ScorerSpec(
    name="instruction", options={"constraints": [{"kind": "characters", "min": 1}]}
)
_REFERENCE: Final = "It was a quiet morning, and nothing was where it had been."


class DeterminismOptions(BaseModel):
    """There are none: the prompts are pinned, and the number of passes is the suite's."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Prompt:
    """What came back for one prompt, one reply a pass, in the order of the passes.

    ``raw`` is None where no reply came, ``parsed`` also where the reply has no answer.
    """

    samples: tuple[SampleRecord, ...]
    raw: tuple[str | None, ...]
    parsed: tuple[str | None, ...]


class Determinism:
    """Asks the same prompts again and again."""

    name = "determinism"
    version = "1"
    summary = (
        "Asks twenty pinned prompts five times each: how often all replies, and all answers, are "
        "the same. A jump to always is often a cache."
    )
    options_type = DeterminismOptions
    epochs = 5
    published = (
        Published(figure="TARr@5", says="gpt-4o: TARr@10 8 % (median)", source="arXiv 2408.04667"),
        Published(figure="TARa@5", says="gpt-4o: TARa@10 82 %", source="arXiv 2408.04667"),
        Published(
            figure="unique",
            says="80 different replies of 1,000 at temperature 0",
            source="He et al., 2025",
        ),
        Published(figure="unique", says="6 different replies of 10", source="vLLM issue 3432"),
    )

    def items(self, options: BaseModel) -> tuple[Item, ...]:  # noqa: ARG002 - the treaty; it has none
        """Return the twenty prompts, the shortest replies first."""
        return (
            *(_one_token(*prompt) for prompt in ONE_TOKEN),
            *(_short(*prompt) for prompt in SHORT),
            *(_long(*prompt) for prompt in LONG),
        )

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return one row a prompt: whether all its replies, and all its answers, are the same."""
        prompts = _prompts(answers)
        return (
            View(
                name="TARr",
                rows=tuple(_row(one, one.raw) for one in prompts),
                better=Better.NEITHER,
                headline=True,
            ),
            View(
                name="TARa",
                rows=tuple(_row(one, one.parsed) for one in prompts),
                better=Better.NEITHER,
            ),
        )

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return both agreement rates, then what they hide."""
        prompts = _prompts(answers)
        passes = _passes(answers)
        raw = [known for one in prompts if (known := _known(one.raw))]
        parsed = [known for one in prompts if (known := _known(one.parsed))]
        return (
            share(
                f"TARr@{passes}",
                [_all_equal(replies) for replies in raw],
                headline=True,
                says="prompts whose replies are all the same text",
            ),
            share(
                f"TARa@{passes}",
                [_all_equal(replies) for replies in parsed],
                says="prompts whose answers are all the same",
            ),
            _mean_share("agreement", [pairwise_agreement(replies) for replies in raw]),
            _number("unique", fmean, [len(set(replies)) for replies in raw], Unit.NUMBER),
            _number("common_prefix", median, [common_prefix(one) for one in raw], Unit.SHARE),
        )

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:  # noqa: ARG002 - the treaty
        """Return nothing: there is no axis."""
        return ()


PROBE: Final = Determinism()


def _one_token(name: str, question: str, reply: str) -> Item:
    return Item(
        id=f"one-token.{name}",
        messages=(ChatMessage(role="user", content=f"{question} {ONE_WORD}"),),
        targets=(reply,),
        scorer=_ANYTHING,
        tags=("one-token",),
        arm="one-token",
        max_tokens=1,
    )


def _short(name: str, question: str, answer: str) -> Item:
    asked, replied = EXAMPLE
    return Item(
        id=f"short.{name}",
        messages=(
            ChatMessage(role="user", content=f"{asked}\n{FINAL_LINE}"),
            ChatMessage(role="assistant", content=replied),
            ChatMessage(role="user", content=f"{question}\n{FINAL_LINE}"),
        ),
        targets=(answer,),
        scorer=ScorerSpec(name="number" if answer.isdigit() else "exact"),
        tags=("short",),
        arm="short",
    )


def _long(name: str, task: str) -> Item:
    return Item(
        id=f"long.{name}",
        messages=(ChatMessage(role="user", content=task),),
        targets=(_REFERENCE,),
        scorer=_ANYTHING,
        tags=("long",),
        arm="long",
        max_tokens=LONG_TOKENS,
    )


def _passes(answers: Iterable[Answer]) -> int:
    return len({answer.sample.key.epoch for answer in answers})


def _prompts(answers: Sequence[Answer]) -> tuple[_Prompt, ...]:
    """Return the prompts that were asked in every pass; one pass shows no repetition."""
    passes = _passes(answers)
    by_item: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_item[answer.item.id].append(answer)
    return tuple(
        _together(asked) for asked in by_item.values() if passes > 1 and len(asked) == passes
    )


def _together(asked: Sequence[Answer]) -> _Prompt:
    in_order = sorted(asked, key=lambda answer: answer.sample.key.epoch)
    return _Prompt(
        samples=tuple(answer.sample for answer in in_order),
        raw=tuple(_text(answer) for answer in in_order),
        parsed=tuple(_answer_text(answer) for answer in in_order),
    )


def _text(answer: Answer) -> str | None:
    return answer.sample.text if answer.sample.state.answered else None


def _answer_text(answer: Answer) -> str | None:
    """Return the parsed answer; of a text that the probe itself cut, as much as there is."""
    if answer.sample.state is CallState.TRUNCATED and answer.item.max_tokens is not None:
        return squeeze(answer.sample.text or "")
    return answer.parsed


def _known(replies: Sequence[str | None]) -> list[str]:
    """Return the replies; none where one of them is missing."""
    known = [reply for reply in replies if reply is not None]
    return known if len(known) == len(replies) else []


def _row(one: _Prompt, replies: Sequence[str | None]) -> SampleRecord:
    """Return the first pass's sample, graded by whether all replies are the same.

    How that reply ended by itself does not matter: cut or unparsed, its text can be compared. Where
    a reply is missing, the row says how that one ended.
    """
    first = one.samples[0]
    known = _known(replies)
    if not known:
        missing = one.samples[list(replies).index(None)]
        return replace(missing, key=first.key)
    same = _all_equal(known)
    score = replace(
        first.score,
        state=CallState.OK,
        passed=same,
        value=float(same),
        parsed=squeeze(known[0]),
        reason="" if same else f"{len(set(known))} different of {len(known)}",
    )
    return replace(first, score=score)


def _all_equal(replies: Sequence[str]) -> bool:
    return len(set(replies)) == 1


def _mean_share(name: str, values: Sequence[float]) -> Figure:
    """Return the mean of shares; its interval counts each prompt as one draw."""
    if not values:
        return Figure(name=name, value=None, n=0)
    interval = wilson_interval(sum(values), len(values))
    return Figure(
        name=name,
        value=fmean(values),
        low=interval.low,
        high=interval.high,
        n=len(values),
        says="equal pairs of replies to a prompt",
    )


def _number(
    name: str, middle: Callable[[Sequence[float]], float], values: Sequence[float], unit: Unit
) -> Figure:
    return Figure(
        name=name, value=float(middle(values)) if values else None, n=len(values), unit=unit
    )
