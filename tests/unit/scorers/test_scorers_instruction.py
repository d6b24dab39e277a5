from __future__ import annotations

from typing import Any

import pytest

from evals.call_state import CallState
from evals.errors import ScorerError
from tests.unit.scorers.factories_scorers import grade, passes

KEPT: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "words", "exactly": 3}, "one - two three.", "one two"),
    ({"kind": "words", "min": 2, "max": 3}, "one two", "one two three four"),
    ({"kind": "sentences", "exactly": 3}, "It rains, e.g. today. Why? Nobody knows", "It rains."),
    ({"kind": "sentences", "exactly": 2}, "- It costs 3.50 a day.\n- Dr. Lee pays!", "One."),
    ({"kind": "lines", "exactly": 2}, "one\n\ntwo", "one"),
    ({"kind": "paragraphs", "exactly": 2}, "one\nmore\n\ntwo", "one\ntwo"),
    ({"kind": "characters", "max": 3}, " abc\n", "abcd"),
    ({"kind": "bullets", "exactly": 2}, "Here:\n- a\n* b", "- a"),
    ({"kind": "numbered", "exactly": 2}, "1. a\n2) b", "1. a\n3. b"),
    ({"kind": "parts", "separator": "***", "exactly": 2}, "a\n***\nb", "a *** b"),
    ({"kind": "starts_with", "phrase": "Dear"}, "\nDear you", "dear you"),
    ({"kind": "ends_with", "phrase": "Stay dry."}, "Go. Stay dry.\n", "Stay dry. Go."),
    ({"kind": "required_words", "words": ["rain", "sun"]}, "Sun and RAIN", "sun and rainbow"),
    ({"kind": "forbidden_words", "words": ["rain"]}, "a rainbow", "Rain!"),
    ({"kind": "word_count", "word": "go", "exactly": 2}, "Go, go gone", "go"),
    ({"kind": "letter_count", "letter": "e", "max": 1}, "Eat", "eel"),
    ({"kind": "no_comma"}, "a; b", "a, b"),
    ({"kind": "no_digits"}, "three", "3"),
    ({"kind": "no_markdown"}, "2*3 is snake_case", "**bold**"),
    ({"kind": "no_markdown"}, "plain - text", "- bullet"),
    ({"kind": "lower_case"}, "all low 1", "All low"),
    ({"kind": "upper_case"}, "ALL UP", "ALL Up"),
    ({"kind": "quoted"}, '"so"\n', 'so "quoted"'),
    ({"kind": "json_keys", "keys": ["a", "b"]}, '{"b": 1, "a": 2}', '{"a": 1}'),
    ({"kind": "json_list", "exactly": 2}, "[1, 2]", '{"a": 1, "b": 2}'),
    ({"kind": "each_line_matches", "pattern": "[a-z]+: [0-9]"}, "a: 1\n\nb: 2", "a: 1\nB: 2"),
    ({"kind": "first_word", "word": "yes"}, "Yes, it is", "It is, yes"),
    ({"kind": "last_word", "word": "end"}, "The End.", "the ending"),
]


@pytest.mark.parametrize(("rule", "kept", "broken"), KEPT)
def test_each_rule_tells_kept_from_broken(rule: dict[str, Any], kept: str, broken: str) -> None:
    assert passes(kept, "instruction", constraints=[rule])
    assert not passes(broken, "instruction", constraints=[rule])


def test_the_value_is_the_share_of_rules_kept() -> None:
    rules = [{"kind": "no_comma"}, {"kind": "no_digits"}]
    scored = grade("one, two", "instruction", constraints=rules)
    assert (scored.value, scored.passed, scored.reason) == (0.5, False, "broken: no_comma")


def test_an_empty_reply_follows_no_rule_and_breaks_none() -> None:
    scored = grade("", "instruction", constraints=[{"kind": "no_comma"}])
    assert scored.state is CallState.UNPARSED


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"kind": "wrds"}, "'wrds' .* 'words', 'sentences'"),
        ({"kind": "words"}, "a count takes either 'exactly', or 'min' and/or 'max'"),
        ({"kind": "words", "exactly": 1, "min": 1}, "a count takes either"),
        ({"kind": "words", "min": 3, "max": 1}, "'min' is larger than 'max'"),
        ({"kind": "no_comma", "exactly": 1}, "no option 'constraints.0.no_comma.exactly'"),
        ({"kind": "each_line_matches", "pattern": "("}, "not a regular expression"),
    ],
)
def test_a_rule_that_makes_no_sense_is_an_error(rule: dict[str, Any], message: str) -> None:
    with pytest.raises(ScorerError, match=message):
        passes("x", "instruction", constraints=[rule])


def test_a_reference_reply_that_breaks_its_own_rule_is_an_error() -> None:
    with pytest.raises(ScorerError, match="breaks its rules"):
        passes("x", "instruction", "a, b", constraints=[{"kind": "no_comma"}])
