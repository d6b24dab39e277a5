from __future__ import annotations

import json
from typing import Any

import pytest

from evals.errors import GoldenSetError
from evals.golden.folder import parse_golden_set
from evals.golden.problems import GoldenProblemsError
from evals.golden_set import ChatMessage, GoldenSet, Severity

HEAD = "name: faq\nversion: 1.0.0\nscorer: exact\n"


def line(**overrides: Any) -> str:
    fields = {"id": "a", "input": "1 + 1?", "target": "2", **overrides}
    return json.dumps({key: value for key, value in fields.items() if value is not ...})


def parse(*lines: str | bytes, head: str = HEAD) -> GoldenSet:
    data = b"\n".join(part if isinstance(part, bytes) else part.encode() for part in lines)
    return parse_golden_set(head, data, folder="faq")[1]


def message(*lines: str | bytes, head: str = HEAD) -> str:
    with pytest.raises(GoldenSetError) as caught:
        parse(*lines, head=head)
    return str(caught.value)


def test_the_instruction_ends_the_last_user_turn_and_is_part_of_the_digest() -> None:
    turns = [{"role": role, "content": role} for role in ("user", "assistant", "user")]
    told = parse(line(input=turns), head=HEAD + "instruction: |\n  Digits only.\n")
    assert [turn.content for turn in told.items[0].messages] == [
        "user",
        "assistant",
        "user\n\nDigits only.",
    ]
    assert told.digest != parse(line(input=turns)).digest


def test_the_manifests_system_text_leads_items_that_have_none() -> None:
    own = [{"role": "system", "content": "own"}, {"role": "user", "content": "q"}]
    items = parse(line(), line(id="b", input=own), head=HEAD + "system: ours\n").items
    leads = [item.messages[0] for item in items]
    assert leads == [
        ChatMessage(role="system", content="ours"),
        ChatMessage(role="system", content="own"),
    ]


def test_an_item_overrides_the_defaults_of_the_manifest() -> None:
    head = HEAD + "severity: high\n"
    number = {"type": "number", "tolerance": 0.5}
    first, second = parse(line(), line(id="b", scorer=number, severity="low"), head=head).items
    assert (first.scorer.name, first.severity) == ("exact", Severity.HIGH)
    assert (second.scorer.document(), second.severity) == (number, Severity.LOW)


def test_one_target_and_a_list_of_one_are_the_same_content() -> None:
    assert parse(line(target="2")).digest == parse(line(target=["2"])).digest


def test_line_ends_byte_order_marks_and_blank_lines_change_nothing() -> None:
    plain = parse(line(), line(id="b"))
    windows = parse(b"\xef\xbb\xbf" + line().encode() + b"\r", b"", line(id="b") + "\r", b"")
    assert windows.digest == plain.digest


def test_a_line_separator_inside_a_text_does_not_end_the_line() -> None:
    text = "one\u2028two\x85three"
    raw = f'{{"id": "a", "input": "{text}", "target": "2"}}'
    assert parse(raw).items[0].messages[0].content == text


@pytest.mark.parametrize(
    ("bad", "parts"),
    [
        (line(id=...), ["id is missing", "items.jsonl:1, field id"]),
        (line(id=" a"), ["is not a plain name"]),
        (line(input="  "), ["input is blank", "faq/items.jsonl:1, field input"]),
        (line(input=...), ["input is missing"]),
        (line(input=[]), ["no user turn"]),
        (line(input=[{"role": "usr", "content": "q"}]), ["role 'usr'", "Did you mean 'user'?"]),
        (line(input=[{"role": "user", "text": "q"}]), ["not a role with a content"]),
        (line(target=2), ["target is a number where text is needed", "quotes"]),
        (line(target=["2", " "]), ["target is blank"]),
        (line(target=...), ["needs a target", "field target"]),
        (line(tags="a"), ["tags is text where a list is needed"]),
        (line(severity="urgent"), ["severity 'urgent' is unknown", "low, normal, high"]),
        (line(sevrity="low"), ["key 'sevrity' is unknown", "Did you mean 'severity'?"]),
        (line(scorer="numbr"), ["scorer 'numbr' is unknown", "field scorer", "number"]),
        (line(scorer={"type": "number", "tolerence": 1}), ["tolerence", "tolerance"]),
        (line(scorer={"tolerance": 1}), ["without a type"]),
        (line(input="a\x00b"), ["NUL"]),
        (line(notes="\ud800"), ["surrogate"]),
        (
            '{"id": "a", "input": "q", "target": "2", "scorer": {"type": "number", "x": NaN}}',
            ["NaN"],
        ),
        (line(scorer={"type": "regex", "pattern": json.loads("[" * 60 + "]" * 60)}), ["50 deep"]),
        ('{"id": "a", "id": "b"}', ["key 'id' stands twice", "items.jsonl:1"]),
        ('{"id": ', ["not valid JSON", "column"]),
        ("[" * 100_000, ["nests too deeply"]),
        ('{"id": ' + "1" * 5_000 + "}", ["number is too long"]),
        ("3", ["is a number where an object is needed"]),
        (b'{"id": "\xff"}', ["0xff is not UTF-8", "items.jsonl:1"]),
        ("", ["the golden set is empty", "items.jsonl"]),
    ],
)
def test_a_bad_line_names_place_and_fix(bad: str | bytes, parts: list[str]) -> None:
    said = message(bad)
    assert all(part in said for part in parts), said


def test_a_twin_id_names_both_lines() -> None:
    said = message(line(), line(id="b"), line())
    assert "items.jsonl:3, field id" in said
    assert "stands at faq/items.jsonl:1" in said


def test_every_problem_is_told_at_once_up_to_twenty() -> None:
    with pytest.raises(GoldenProblemsError) as caught:
        parse(*(line(id=f"i{number}", input="") for number in range(40)))
    assert len(caught.value.problems) == 20
    assert "first 20" in str(caught.value)


def test_a_single_problem_is_one_sentence() -> None:
    assert "\n" not in message(line(input=""))


@pytest.mark.parametrize(
    ("head", "parts"),
    [
        ("name: faq\n", ["version is missing", "manifest.yaml:1, field version"]),
        (HEAD + "versoin: 1\n", ["'versoin'", "manifest.yaml:4", "Did you mean 'version'?"]),
        ("name: faq\nversion: 1.0\n", ["version is a number", "manifest.yaml:2"]),
        ("name: faq\nversion: new\n", ["not a label", "1.0.0"]),
        ("name: ../faq\nversion: 1.0.0\n", ["cannot name a folder"]),
        (HEAD + "name: faq\n", ["'name' stands twice", "manifest.yaml:4"]),
        (HEAD + "published: {1.0.0: a, 1.0.0: b}\n", ["'1.0.0' stands twice"]),
        (HEAD + "published: [1]\n", ["published is a list"]),
        (HEAD + "published: {1.0.0: abc}\n", ["not 64 hex digits"]),
        (HEAD + "canary: xyz\n", ["not a GUID"]),
        ("name: faq\nversion: 1.0.0\nscorer: exat\n", ["'exat'", "manifest.yaml:3, field scorer"]),
        (HEAD + "scorer: [\n", ["not valid YAML"]),
        (HEAD + "description: a\x00b\n", ["not valid YAML"]),
        (HEAD + "description: 2026-99-99\n", ["not valid YAML"]),
        (HEAD + "scorer2: !!python/object:os.system x\n", ["not valid YAML", "manifest.yaml:4"]),
        (HEAD + "? [a]\n: b\n", ["not valid YAML"]),
        (HEAD + "x: &a [*a]\n", ["manifest.yaml"]),
        (HEAD + "x: " + "[" * 5_000, ["manifest.yaml"]),
        ("- name\n", ["not a mapping"]),
        ("", ["not a mapping"]),
    ],
)
def test_a_bad_manifest_names_place_and_fix(head: str, parts: list[str]) -> None:
    said = message(line(), head=head)
    assert all(part in said for part in parts), said
