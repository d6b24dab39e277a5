from __future__ import annotations

import pytest

from evals.call_state import CallState
from evals.errors import ScorerError
from evals.scorers import pattern
from tests.unit.scorers.factories_scorers import grade, passes


def test_the_whole_answer_must_match_unless_a_search_is_asked_for() -> None:
    assert not passes("FINAL: on 2021-03-03", "regex", pattern=r"\d{4}-\d\d-\d\d")
    assert passes("FINAL: on 2021-03-03", "regex", pattern=r"\d{4}-\d\d-\d\d", mode="search")


def test_flags_are_honoured() -> None:
    assert passes("FINAL: YES", "regex", pattern="yes", flags=["ignorecase"])
    assert not passes("FINAL: YES", "regex", pattern="yes")


def test_a_pattern_that_explodes_is_stopped_and_nothing_is_called_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pattern, "TIME_LIMIT_SECONDS", 0.05)
    scored = grade("FINAL: " + "a" * 3000 + "x", "regex", pattern="(a|aa|b?a)+(a|aa)+c")
    assert (scored.state, scored.value) == (CallState.UNPARSED, None)


def test_a_pattern_must_match_its_own_sample_answers() -> None:
    with pytest.raises(ScorerError, match="does not match its own target 'Paris'"):
        passes("FINAL: x", "regex", "Paris", pattern="Lyon")


def test_a_pattern_that_is_none_is_an_error() -> None:
    with pytest.raises(ScorerError, match="is not a regular expression"):
        passes("FINAL: x", "regex", pattern="((")


def test_every_needle_must_occur_and_the_share_is_the_value() -> None:
    scored = grade("FINAL: red and blue", "contains_all", "red", "green", "blue")
    assert scored.value == pytest.approx(2 / 3)
    assert not scored.passed
    assert scored.reason == "lacks 'green'"


def test_one_needle_is_enough_for_any() -> None:
    assert passes("FINAL: it is Neon", "contains_any", "argon", "neon")
    assert not passes("FINAL: neonate", "contains_any", "argon", "neon")


@pytest.mark.parametrize("scorer", ["contains_all", "contains_any"])
def test_a_forbidden_needle_makes_it_wrong(scorer: str) -> None:
    scored = grade("FINAL: neon, not argon", scorer, "neon", forbidden=["argon"])
    assert (scored.value, scored.passed) == (0.0, False)


def test_a_synonym_counts_as_its_needle() -> None:
    assert passes("FINAL: 1 month", "contains_all", "30 days", synonyms={"30 days": ["1 month"]})


def test_a_synonym_of_no_target_is_an_error() -> None:
    with pytest.raises(ScorerError, match="synonyms of 'x', which is no target"):
        passes("FINAL: y", "contains_all", "y", synonyms={"x": ["z"]})
