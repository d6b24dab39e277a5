from __future__ import annotations

import pytest

from evals.call_state import CallState
from evals.errors import ScorerError
from evals.scorers.registry import check_item
from tests.unit.scorers.factories_scorers import grade, graded_item

LABELS = {"yes": ["prime"], "no": ["not prime", "composite"]}


@pytest.mark.parametrize(
    ("reply", "parsed"),
    [
        ("FINAL: yes", "yes"),
        ("FINAL: **No.**", "no"),
        ("FINAL: No, it is composite", "no"),
        ("FINAL: not prime", "no"),
        ("FINAL: 17 is prime", "yes"),
        ("Is it prime? No, I mean yes.\nFINAL: YES!", "yes"),
    ],
)
def test_one_label_is_found_in_many_wordings(reply: str, parsed: str) -> None:
    assert grade(reply, "label", "yes", labels=LABELS).parsed == parsed


def test_only_the_target_is_right() -> None:
    assert grade("FINAL: yes", "label", "yes", labels=LABELS).passed is True
    assert grade("FINAL: yes", "label", "no", labels=LABELS).passed is False


@pytest.mark.parametrize("reply", ["FINAL: yes or no", "FINAL: perhaps", "yes", "FINAL: nobody"])
def test_no_label_or_two_of_them_are_unparsed(reply: str) -> None:
    assert grade(reply, "label", "yes", labels=LABELS).state is CallState.UNPARSED


def test_a_target_that_is_no_label_is_an_error() -> None:
    with pytest.raises(ScorerError, match="has no label 'maybe'"):
        check_item(graded_item("label", "maybe", labels=LABELS))
