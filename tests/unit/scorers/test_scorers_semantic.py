from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from evals.call_state import CallState
from evals.errors import ScorerError
from evals.golden_set import ScorerSpec
from evals.scorers import semantic
from evals.scorers.registry import check_allowed
from evals.scorers.scored import ScoringContext
from evals.scorers.semantic import Semantic, SemanticOptions
from tests.unit.scorers.factories_scorers import graded_item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.scorers.scored import Scored


class LetterCounts:
    """Texts are near when they use the same letters."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [[float(text.lower().count(letter)) for letter in "abcdefgh"] for text in texts]


def near(reply: str, *targets: str, threshold: float = 0.9) -> Scored:
    scorer = Semantic(SemanticOptions(threshold=threshold), LetterCounts())
    item = graded_item("semantic", *targets)
    return asyncio.run(scorer.score(reply, item, ScoringContext()))


def test_the_nearest_target_counts() -> None:
    scored = near("FINAL: abba", "hedge", "baba")
    assert scored.value == pytest.approx(1.0)
    assert scored.passed


def test_far_from_every_target_is_wrong() -> None:
    scored = near("FINAL: abba", "hedge")
    assert (scored.state, scored.value, scored.passed) == (CallState.OK, 0.0, False)


def test_an_answer_that_means_nothing_to_the_model_is_wrong_and_breaks_nothing() -> None:
    assert near("FINAL: xyz", "abc").value == 0.0


def test_without_a_final_line_nothing_is_embedded() -> None:
    assert near("abba", "baba").state is CallState.UNPARSED


def test_a_refusal_is_not_far_but_refused() -> None:
    assert near("FINAL: I can't help with that.", "hedge").state is CallState.REFUSED


def test_a_missing_extra_is_one_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semantic, "find_spec", lambda _: None)
    with pytest.raises(ScorerError, match=r"pip install 'pinwatch\[semantic\]'"):
        check_allowed(ScorerSpec(name="semantic"), "none")
