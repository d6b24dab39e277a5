"""What scorers share: options that are checked, and the way from a reply to a `Scored`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.call_state import CallState
from evals.digest import canonical_json
from evals.errors import ScorerError
from evals.scorers.extraction import PARSER_VERSION, AnswerForm, extract
from evals.scorers.refusal import reads_as_refusal
from evals.scorers.scored import Scored, ScoringContext

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from evals.golden_set import Item, ScorerSpec


class Options(BaseModel):
    """The options of a scorer: unknown ones are errors, and numbers are not texts."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TextOptions(Options):
    """The options of a scorer that grades one part of the reply."""

    answer: AnswerForm = "final"


OptionsT = TypeVar("OptionsT", bound=Options)
TextOptionsT = TypeVar("TextOptionsT", bound=TextOptions)


def parse_options(model: type[OptionsT], spec: ScorerSpec) -> OptionsT:
    """Check the options of ``spec`` against ``model``.

    Raises:
        ScorerError: An option is unknown, missing or wrong; the message names the allowed ones.
    """
    try:
        return model.model_validate_json(canonical_json(dict(spec.options)))
    except ValidationError as problem:
        raise _translated(model, spec, problem.errors()[0]) from None
    except (TypeError, ValueError):
        raise ScorerError(f"the options of scorer {spec.name!r} are not JSON values") from None


def _translated(model: type[Options], spec: ScorerSpec, problem: ErrorDetails) -> ScorerError:
    place = ".".join(str(part) for part in problem["loc"])
    fields = model.model_fields.items()
    allowed = ", ".join(field.alias or name for name, field in fields)
    if problem["type"] == "extra_forbidden":
        what = f"scorer {spec.name!r} has no option {place!r}"
    elif problem["type"] == "missing":
        what = f"scorer {spec.name!r} needs the option {place!r}"
    else:
        message = problem["msg"].removeprefix("Value error, ").rstrip(".")
        where = f"option {place!r} of " if place else ""
        what = f"{where}scorer {spec.name!r} is wrong: {message}"
    return ScorerError(what, fix=f"It takes: {allowed}; docs/scorers.md shows each.")


def graded(value: float, parsed: str, reason: str = "", *, passed: bool | None = None) -> Scored:
    """Return a grade; without ``passed``, only a value of 1 passes."""
    right = value >= 1 if passed is None else passed
    return Scored(state=CallState.OK, value=value, passed=right, parsed=parsed, reason=reason)


def ungraded(text: str, reason: str = "no answer was found in the reply") -> Scored:
    """Return what a reply without an answer is: refused if it declines, else unparsed."""
    if reads_as_refusal(text):
        return _without_value(CallState.REFUSED, "the reply declines to answer")
    return _without_value(CallState.UNPARSED, reason if text.strip() else "the reply is empty")


def judge_failed(reason: str) -> Scored:
    """Return the outcome of a grading that broke on our side: it says nothing about the reply."""
    return _without_value(CallState.JUDGE_FAILED, reason)


def unless_refused(scored: Scored, answer: str) -> Scored:
    """Return ``scored``, or refused where a wrong answer turns out to decline."""
    if scored.state is CallState.OK and not scored.passed and reads_as_refusal(answer):
        return _without_value(CallState.REFUSED, "the answer declines")
    return scored


def _without_value(state: CallState, reason: str) -> Scored:
    return Scored(state=state, value=None, passed=None, parsed=None, reason=reason)


def versioned(grading: str) -> str:
    """Return the version of a scorer: of its own grading, and of the parser that it shares."""
    return f"{grading}.p{PARSER_VERSION}"


class BuiltScorer(ABC, Generic[OptionsT]):
    """A scorer with its options: what the registry hands out."""

    name: str
    version: str
    options_type: type[OptionsT]

    def __init__(self, options: OptionsT) -> None:
        self.options = options

    def check(self, item: Item) -> None:
        """Raise `ScorerError` where the targets of ``item`` do not fit this scorer."""
        if not item.targets:
            raise self.misfit(item, "needs a target", "Give the accepted answer as target.")
        if any(not target.strip() for target in item.targets):
            raise self.misfit(item, "cannot use an empty target", "Write the answer or remove it.")

    def misfit(self, item: Item, what: str, fix: str) -> ScorerError:
        """Return the error that says why ``item`` cannot be graded."""
        return ScorerError(f"scorer {self.name!r} {what}", where=f"item {item.id!r}", fix=fix)

    @abstractmethod
    async def score(self, text: str, item: Item, context: ScoringContext) -> Scored:
        """Grade ``text``, the reply to ``item``."""


class PureScorer(BuiltScorer[OptionsT]):
    """A scorer that needs the reply and the item only, so that stored runs can be scored again."""

    @abstractmethod
    def grade(self, text: str, item: Item) -> Scored:
        """Grade ``text``, the reply to ``item``."""

    async def score(self, text: str, item: Item, context: ScoringContext) -> Scored:  # noqa: ARG002 - the treaty; a pure scorer has no use for it
        """Grade ``text``, the reply to ``item``."""
        return self.grade(text, item)


class TextScorer(PureScorer[TextOptionsT]):
    """A pure scorer of one part of the reply, chosen by the option ``answer``."""

    @abstractmethod
    def grade_answer(self, answer: str, item: Item) -> Scored | None:
        """Grade the extracted ``answer``; None where it is not of the right kind."""

    def grade(self, text: str, item: Item) -> Scored:
        """Grade ``text``: its answer, or why there is none."""
        answer = extract(text, self.options.answer)
        scored = self.grade_answer(answer, item) if answer is not None else None
        if answer is None or scored is None:
            return ungraded(text)
        return unless_refused(scored, answer)
