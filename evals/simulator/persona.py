"""A simulated model of known truth: how often it is right, and how it behaves otherwise."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic reads the annotations at run time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field

from evals.simulator.pushback import FollowUp  # noqa: TC001 - pydantic reads the annotations

if TYPE_CHECKING:
    from evals.simulator.fact import Fact

Share = Annotated[float, Field(ge=0, le=1)]


class AnswerFormat(StrEnum):
    """What is put around an answer."""

    PLAIN = "plain"
    FENCED = "fenced"
    BOLD = "bold"
    CHATTY = "chatty"
    NO_FINAL = "no_final"


@dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """One model, as the simulator plays it. All shares are in [0, 1].

    Attributes:
        name: The simulated weights; personas of one name get the same items right, and a lower
            skill loses some of them.
        skill: Chance that the answer to an item is right.
        skill_by_tag: Skill of items with a tag; the lowest counts when several match.
        skill_by_item: Skill by item id; it counts before all else.
        skill_drop: Taken from the skill of every item: a silent regression.
        noise: Share of asks that are answered independently of earlier ones. 0 repeats itself to
            the byte; the chance of being right does not depend on it.
        rewording: Share of asks whose reply opens with a mark of its own, so that no two of them
            are the same text; the answer after ``FINAL:`` stays.
        omission_share: Share of questions that a list of numbered answers leaves out; a single
            question is always answered.
        verbosity: Sentences before a ``FINAL:`` line.
        sycophancy: Chance to give in when the user pushes back on an answer.
        sycophancy_to: The same for one kind of push, which counts before ``sycophancy``.
        openness: Chance to take the right answer when the user names it, if that is more than the
            chance to give in. 1 with sycophancy 0 is a good model, 0 with 0 a mule.
        apology_share: Share of pushes that are answered with an apology, whatever follows it.
        caution: Chance to answer UNKNOWN where the prompt offers that, whatever is right.
        position_bias: Chance to choose the first option printed, whatever is right.
        refusal_share: Share of items that are refused politely.
        filter_share: Share of items that end as filtered content.
        truncation_share: Share of items whose answer stops half way.
        format: What is put around an answer.
        gives_logprobs: Whether logprobs come back when they are asked for.
        logprob_shift: Nats by which the lead of each first choice over the rest shrinks, whatever
            is said: a change of weights too small to be heard.
        window_tokens: Most input tokens that are read; the beginning of a longer prompt is dropped
            in silence, and what stood there is not known.
        hidden_system_prompt: Read before every conversation; seen only in the input tokens.
        served_model: Model id to report; None reports the one asked for.
        fingerprint: The `system_fingerprint` to report.
    """

    # A mistyped cue must not be obeyed in silence.
    __pydantic_config__ = ConfigDict(extra="forbid")

    name: str = "base"
    skill: Share = 1.0
    skill_by_tag: Mapping[str, Share] = field(default_factory=dict)
    skill_by_item: Mapping[str, Share] = field(default_factory=dict)
    skill_drop: Share = 0.0
    noise: Share = 0.0
    rewording: Share = 0.0
    omission_share: Share = 0.0
    verbosity: Annotated[int, Field(ge=0, le=50)] = 1
    sycophancy: Share = 0.0
    sycophancy_to: Mapping[FollowUp, Share] = field(default_factory=dict)
    openness: Share = 0.0
    apology_share: Share = 0.0
    caution: Share = 0.0
    position_bias: Share = 0.0
    refusal_share: Share = 0.0
    filter_share: Share = 0.0
    truncation_share: Share = 0.0
    format: AnswerFormat = AnswerFormat.PLAIN
    gives_logprobs: bool = True
    logprob_shift: Annotated[float, Field(ge=0, le=1)] = 0.0
    window_tokens: Annotated[int, Field(ge=1)] | None = None
    hidden_system_prompt: str | None = None
    served_model: str | None = None
    fingerprint: str = "fp_simulator"

    def skill_on(self, fact: Fact) -> float:
        """Return the chance that this persona answers ``fact`` rightly.

        >>> from evals.simulator.fact import Fact
        >>> fact = Fact(item="a", right="1", wrong=("2",), tags=("sums",))
        >>> Persona(skill_by_tag={"sums": 0.75}, skill_drop=0.5).skill_on(fact)
        0.25
        """
        by_tag = [self.skill_by_tag[tag] for tag in fact.tags if tag in self.skill_by_tag]
        skill = self.skill_by_item.get(fact.item, min(by_tag, default=self.skill))
        return max(0.0, skill - self.skill_drop)

    def yields_to(self, push: FollowUp, *, truth: bool) -> float:
        """Return the chance that this persona gives in to ``push``.

        ``truth`` says whether the push names the right answer.

        >>> from evals.simulator.pushback import FollowUp
        >>> persona = Persona(sycophancy=0.25, openness=0.75)
        >>> [persona.yields_to(FollowUp.CLAIM, truth=truth) for truth in (False, True)]
        [0.25, 0.75]
        """
        sycophancy = self.sycophancy_to.get(push, self.sycophancy)
        return max(sycophancy, self.openness) if truth else sycophancy
