from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.scorers.extraction import AnswerForm, extract
from evals.scorers.text import clean, contains_phrase, fold, normalise, squeeze, trim_punctuation

words = st.text(alphabet="abcXYZ éß0123456789", min_size=1).map(squeeze).filter(bool)


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("FINAL: Paris", "Paris"),
        ("final answer: Paris", "Paris"),
        ("**FINAL:** *Paris*", "Paris"),
        ("**FINAL: Paris**", "Paris"),
        ("## Final: `Paris`", "Paris"),
        ("> FINAL: Paris", "Paris"),
        ("FINAL:\n\nParis\nBye", "Paris"),
        ("So it is this. FINAL: Paris", "Paris"),
        ("FINAL: Lyon\nNo, wait.\nFINAL: Paris", "Paris"),
        ("FINAL: Lyon FINAL: Paris", "Paris"),
        ("FINAL: Paris\nFINAL:", "Paris"),
        ("FINAL: <Paris>", "Paris"),
        ("```\nFINAL: Paris\n```", "Paris"),
        ("FINAL\uff1a \uff30aris", "Paris"),
        (r"FINAL: $\boxed{42}$", "42"),
    ],
)
def test_the_answer_is_what_follows_the_last_final(reply: str, answer: str) -> None:
    assert extract(reply) == answer


@pytest.mark.parametrize(
    "reply", ["", " \n ", "Paris", "FINAL:", "The final answer is Paris", "SEMIFINAL: x"]
)
def test_without_a_final_line_there_is_no_answer(reply: str) -> None:
    assert extract(reply) is None


@pytest.mark.parametrize(
    ("form", "answer"),
    [("first_line", "One"), ("last_line", "three"), ("whole", "One two three")],
)
def test_other_parts_of_the_reply_can_be_the_answer(form: AnswerForm, answer: str) -> None:
    assert extract("\n# One\ntwo\n**three**\n", form) == answer


@given(st.text(), words)
def test_whatever_comes_before_the_last_final_does_not_matter(before: str, answer: str) -> None:
    assert extract(f"{before}\nFINAL: {answer}") == extract(f"FINAL: {answer}")


@given(st.text(), st.sampled_from(["final", "whole", "first_line", "last_line"]))
def test_an_answer_is_never_empty_and_always_one_line(text: str, form: AnswerForm) -> None:
    answer = extract(text, form)
    assert answer is None or (answer and answer == squeeze(answer))


@given(words)
def test_markdown_around_an_answer_changes_nothing(answer: str) -> None:
    for marked in (f"**{answer}**", f"`{answer}`", f"*{answer}*", f"__{answer}__"):
        assert extract(f"FINAL: {marked}") == clean(answer)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_names_and_powers_survive_normalisation() -> None:
    assert clean("snake_case_name 2*3*4 10\u2075 2\u00bd") == "snake_case_name 2*3*4 10^5 2 1/2"


def test_only_sentence_marks_are_trimmed() -> None:
    assert [trim_punctuation(text) for text in ("C#.", "C++", '"no"!', "...")] == [
        "C#",
        "C++",
        "no",
        "...",
    ]


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("a cat sat", "cat", True),
        ("category", "cat", False),
        ("1,030 or 30.5", "30", False),
        ("in 30.", "30", True),
        ("five\nworking days", "five working days", True),
        ("costs 5%", "5%", True),
    ],
)
def test_a_phrase_is_found_as_whole_words_only(text: str, phrase: str, found: bool) -> None:
    assert contains_phrase(text, phrase) is found
