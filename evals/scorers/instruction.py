"""Right when every format rule is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from evals.scorers.base import Options, PureScorer, graded, ungraded, unless_refused, versioned
from evals.scorers.constraints import Constraint  # noqa: TC001 - read by pydantic
from evals.scorers.text import squeeze

if TYPE_CHECKING:
    from evals.golden_set import Item
    from evals.scorers.scored import Scored


class InstructionOptions(Options):
    """The rules."""

    constraints: Annotated[tuple[Constraint, ...], Field(min_length=1)]


class Instruction(PureScorer[InstructionOptions]):
    """Checks the whole reply, as it is, against each rule."""

    name = "instruction"
    version = versioned("1")
    options_type = InstructionOptions

    def check(self, item: Item) -> None:
        """Raise `ScorerError` if a reference reply breaks a rule of its own item."""
        rules = self.options.constraints
        if not all(rule.met(target) for target in item.targets for rule in rules):
            raise self.misfit(
                item, "has a target that breaks its rules", "Mend the reference reply."
            )

    def grade(self, text: str, item: Item) -> Scored:  # noqa: ARG002 - the rules are options
        """Grade ``text`` by the share of rules that it keeps."""
        if not text.strip():
            return ungraded(text)
        rules = self.options.constraints
        broken = [rule.kind for rule in rules if not rule.met(text)]
        value = 1 - len(broken) / len(rules)
        reason = f"broken: {', '.join(broken)}" if broken else ""
        scored = graded(value, squeeze(text), reason, passed=not broken)
        return unless_refused(scored, text)
