from __future__ import annotations

import pytest

from evals.probes.records.chance import seeded
from evals.probes.records.kind import KINDS, Form, Kind
from evals.probes.records.record import MOST_RECORDS, Record, near_records
from evals.probes.records.words import CODE_DIGITS, CODE_LETTERS, code, near_numbers, near_words

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def records(kind: Kind, count: int = 20, seed: str = "test") -> tuple[Record, ...]:
    return near_records(kind, count, seed=seed)


@each_kind
def test_a_passage_has_60_to_110_words_and_all_four_values(kind: Kind) -> None:
    for record in records(kind, MOST_RECORDS):
        assert 60 <= len(record.passage.split()) <= 110
        assert len(record.values) == 4
        assert all(value in record.passage for value in record.values)


@each_kind
@pytest.mark.parametrize("count", [1, 2, 5, 20, 60, MOST_RECORDS])
def test_names_values_and_months_are_each_a_records_own(kind: Kind, count: int) -> None:
    told = records(kind, count)
    values = [value for record in told for value in record.values]
    assert len({record.name for record in told}) == count
    assert len(set(values)) == 4 * count
    assert len({(record.date.year, record.date.month) for record in told}) == count


@each_kind
def test_every_name_has_a_neighbour_that_shares_a_word(kind: Kind) -> None:
    words = [set(record.name.split()) for record in records(kind)]
    for own in words:
        assert any(own & other for other in words if other != own)


@each_kind
def test_a_value_is_a_code_of_six_characters_or_a_name_of_two_words(kind: Kind) -> None:
    for record in records(kind):
        for attribute, value in zip(kind.attributes, record.values, strict=True):
            if attribute.form is Form.CODE:
                assert len(value) == 6
                assert set(value) <= {*CODE_LETTERS, *CODE_DIGITS}
            else:
                assert len(value.split()) == 2


@each_kind
def test_a_paraphrased_question_does_not_name_the_record(kind: Kind) -> None:
    record, *_ = records(kind)
    assert record.name in record.question(0)
    assert record.name not in record.question(0, paraphrased=True)
    assert str(record.date.year) in record.question(0, paraphrased=True)


@each_kind
def test_another_seed_tells_other_records(kind: Kind) -> None:
    assert records(kind) == records(kind)
    assert not {r.values for r in records(kind)} & {r.values for r in records(kind, seed="other")}


def test_near_numbers_differ_from_the_first_by_one_digit() -> None:
    first, *others = near_numbers(seeded("n"), 13)
    assert len({first, *others}) == 13
    for other in others:
        assert len(other) == 3
        assert sum(a != b for a, b in zip(first, other, strict=True)) == 1


def test_near_words_are_all_different() -> None:
    assert len(set(near_words(seeded("w"), 60))) == 60


def test_codes_hardly_ever_repeat() -> None:
    rng = seeded("codes")
    assert len({code(rng) for _ in range(1000)}) > 990
