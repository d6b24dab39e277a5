from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.call_state import CallState
from evals.errors import ScorerError
from evals.scorers.json_text import fenced_blocks, find_object
from tests.unit.scorers.factories_scorers import grade, passes

ORDER = '{"name": "Ada", "total": 12.5, "tags": ["new", "gift"], "paid": true}'
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.text(), values, min_size=1))
def test_any_object_equals_itself(value: dict[str, object]) -> None:
    text = json.dumps(value)
    assert passes(text, "json_fields", text)
    assert passes(f"Sure:\n```json\n{text}\n```\nDone.", "json_fields", text)


@given(st.text())
def test_no_text_breaks_the_search_for_an_object(text: str) -> None:
    find_object(text)
    fenced_blocks(text)


@pytest.mark.parametrize("reply", [ORDER, f"```json\n{ORDER}\n```", f"Here: {ORDER} as asked."])
def test_an_object_is_found_bare_in_a_fence_or_in_prose(reply: str) -> None:
    assert passes(reply, "json_fields", ORDER)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "none",
        "[1]",
        ORDER + ORDER,
        f"```\n{ORDER}\n```\n```\n{ORDER}\n```",
        '{"name": NaN}',
        '{"total": 1e999}',
        '{"name": "Ada"',
        '{"a":' * 100_000,
    ],
)
def test_no_object_or_several_is_unparsed(reply: str) -> None:
    assert grade(reply, "json_fields", ORDER).state is CallState.UNPARSED


def test_strict_accepts_nothing_around_the_object() -> None:
    reply = f"```json\n{ORDER}\n```"
    assert grade(reply, "json_fields", ORDER, strict=True).state is CallState.UNPARSED


def test_the_value_is_the_share_of_right_fields() -> None:
    reply = '{"name": "Bob", "total": 12.5, "paid": true}'
    scored = grade(reply, "json_fields", ORDER)
    assert (scored.value, scored.passed) == (0.5, False)
    assert scored.reason == "wrong or missing: name, tags"


def test_only_the_named_fields_are_compared() -> None:
    scored = grade('{"total": 12.50, "note": "hi"}', "json_fields", ORDER, fields=["total"])
    assert (scored.passed, scored.parsed) == (True, '{"total":12.5}')


@pytest.mark.parametrize(
    ("wanted", "got", "options", "right"),
    [
        ('{"x": 1}', '{"x": 1.0}', {}, True),
        ('{"x": 1}', '{"x": true}', {}, False),
        ('{"x": 1}', '{"x": "1"}', {}, False),
        ('{"x": null}', '{"x": 0}', {}, False),
        ('{"x": "A  b"}', '{"x": "A b"}', {}, True),
        ('{"x": "A"}', '{"x": "a"}', {}, False),
        ('{"x": "A"}', '{"x": "a"}', {"compare": {"x": "casefold"}}, True),
        ('{"x": 1234.5}', '{"x": "1,234.50"}', {"compare": {"x": "number"}}, True),
        ('{"x": 10}', '{"x": 10.1}', {"default_compare": "number", "tolerance": 0.1}, True),
        ('{"x": null}', '{"x": null}', {"default_compare": "number"}, True),
        ('{"x": null}', '{"x": "n/a"}', {"default_compare": "number"}, False),
        ('{"x": [1, 2]}', '{"x": [2, 1]}', {}, False),
        ('{"x": [1, 2]}', '{"x": [2, 1]}', {"unordered": ["x"]}, True),
        ('{"x": [1, 1, 2]}', '{"x": [2, 2, 1]}', {"unordered": True}, False),
        ('{"x": {"y": "A"}}', '{"x": {"y": "a"}}', {"compare": {"x.y": "casefold"}}, True),
        ('{"x": [{"y": "A"}]}', '{"x": [{"y": "a"}]}', {"compare": {"x.y": "casefold"}}, True),
        ('{"x": {"y": 1}}', '{"x": {"y": 1, "z": 2}}', {}, False),
    ],
)
def test_fields_are_compared_as_their_options_say(
    wanted: str, got: str, options: dict[str, object], right: bool
) -> None:
    assert passes(got, "json_fields", wanted, **options) is right


def test_a_broken_schema_rule_counts_as_one_wrong_field() -> None:
    schema = {"type": "object", "additionalProperties": False, "properties": {"x": {}}}
    scored = grade('{"x": 1, "y": 2}', "json_fields", '{"x": 1}', schema=schema)
    assert (scored.value, scored.passed) == (0.5, False)
    assert scored.reason.startswith("against the schema: ")


@pytest.mark.parametrize(
    ("target", "options", "message"),
    [
        ("[1]", {}, "needs one target, a JSON object"),
        ("{}", {}, "needs one target, a JSON object"),
        ('{"x": 1}', {"fields": ["y"]}, "compares 'y', which the target lacks"),
        ('{"x": 1}', {"schema": {"required": ["y"]}}, "a target against its schema"),
        ('{"x": 1}', {"schema": {"type": "thing"}}, "option 'schema' .* not a JSON Schema"),
    ],
)
def test_a_target_or_schema_that_cannot_work_is_an_error(
    target: str, options: dict[str, object], message: str
) -> None:
    with pytest.raises(ScorerError, match=message):
        passes("{}", "json_fields", target, **options)
