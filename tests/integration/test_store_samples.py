"""Samples in the store: each exactly once, and exactly as it was."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from evals.call_state import CallState
from evals.digest import text_digest
from evals.records import SampleKey
from service.db.session import reading, writing
from service.db.tables import SampleRow, ScoreRow, TextRow
from service.store import readings, samples, texts
from tests.databases import opened
from tests.integration.store_factories import (
    insert_if_absent,
    make_failed_sample,
    make_run,
    make_sample,
    make_score,
    store_run,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from evals.records import SampleRecord
    from service.db.base import Base

ODD_TEXTS = [
    "",
    "plain",
    "a NUL \x00 inside",
    "lone \ud83d and \udc00 surrogates",
    "the mark itself \ue000 and \ue0000041, escaped already?",
    "emoji 🦉, combining e\u0301, right to left \u200f",
    "x" * 100_000,
]


def count(engine: Engine, model: type[Base]) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_sample_comes_back_as_it_was_stored(database: Engine) -> None:
    whole, failed = make_sample(), make_failed_sample()
    with writing(database) as session:
        run = store_run(session)
        new = samples.insert_all_absent(session, run.id, [whole, failed])
    assert new == {whole.key, failed.key}
    with reading(database) as session:
        assert readings.load(session, [run.id, "no-run"]) == {
            run.id: (failed, whole),
            "no-run": (),
        }


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_every_text_that_a_model_can_emit_comes_back(database: Engine, text: str) -> None:
    sample = make_sample(
        text=text,
        error=text,
        stop_reason=text,
        served_model=text,
        sent_parameters={"stop": ["\x00"]},
        score=make_score(parsed=text, reason=text),
    )
    with writing(database) as session:
        run = store_run(session)
        insert_if_absent(session, run.id, sample)
    with reading(database) as session:
        assert readings.load(session, [run.id])[run.id] == (sample,)
        assert texts.load(session, text_digest(text)) == text


def test_an_unknown_text_is_none(database: Engine) -> None:
    with reading(database) as session:
        assert texts.load(session, "0" * 64) is None


def test_equal_texts_are_stored_once(database: Engine) -> None:
    with writing(database) as session:
        run = store_run(session)
        samples.insert_all_absent(
            session, run.id, [make_sample(epoch=epoch) for epoch in range(1, 51)]
        )
    assert count(database, TextRow) == 2, "one reply, one set of parameters"


def test_a_sample_that_is_stored_again_changes_nothing(database: Engine) -> None:
    first = make_sample()
    second = replace(first, text="Rome.", score=make_score(value=0.0, passed=False))
    with writing(database) as session:
        run = store_run(session)
        assert insert_if_absent(session, run.id, first)
    with writing(database) as session:
        assert not insert_if_absent(session, run.id, second)
    with reading(database) as session:
        assert readings.load(session, [run.id])[run.id] == (first,)
    assert count(database, ScoreRow) == 1


def test_of_two_attempts_in_one_batch_the_first_counts(database: Engine) -> None:
    first, other = make_sample(text="first"), make_sample("capital-de")
    with writing(database) as session:
        run = store_run(session)
        new = samples.insert_all_absent(
            session, run.id, [first, other, replace(first, text="second")]
        )
        assert len(new) == 2
        assert first in readings.load(session, [run.id])[run.id]


def test_arm_and_epoch_and_run_make_other_samples(database: Engine) -> None:
    record = make_sample()
    variants = [record.key, replace(record.key, arm="pushback"), replace(record.key, epoch=2)]
    with writing(database) as session:
        for run_id in ("run-1", "run-2"):
            store_run(session, make_run(run_id))
            for key in variants:
                assert insert_if_absent(session, run_id, replace(record, key=key))
        assert samples.done_keys(session, "run-1") == set(variants)
        assert samples.done_keys(session, "run-3") == set()


def test_a_sample_of_no_planned_task_is_refused(database: Engine) -> None:
    stray = make_sample(key=SampleKey(task="unplanned", item_id="a"))
    with writing(database) as session:
        run = store_run(session)
    with pytest.raises(IntegrityError), writing(database) as session:
        insert_if_absent(session, run.id, stray)


def test_a_score_that_contradicts_its_state_is_refused(database: Engine) -> None:
    broken = make_sample(score=make_score(value=None))
    with writing(database) as session:
        run = store_run(session)
    with pytest.raises(IntegrityError, match="ok_has_value"), writing(database) as session:
        insert_if_absent(session, run.id, broken)
    assert count(database, SampleRow) == 0


@pytest.mark.parametrize("state", CallState)
def test_every_call_state_can_be_stored(database: Engine, state: CallState) -> None:
    value = 1.0 if state is CallState.OK else None
    with writing(database) as session:
        run = store_run(session)
        insert_if_absent(session, run.id, make_sample(score=make_score(state=state, value=value)))
        assert readings.counts(session, run.id) == {"general-knowledge": {state: 1}}


def test_a_new_score_is_added_and_counts_from_then_on(database: Engine) -> None:
    sample = make_sample()
    rescored = make_score(scorer_version="2", value=0.0, passed=False)
    with writing(database) as session:
        run = store_run(session)
        insert_if_absent(session, run.id, sample)
        unknown = SampleKey(task="general-knowledge", item_id="unknown")
        wanted = {sample.key: rescored, unknown: rescored}
        assert samples.add_scores(session, run.id, wanted) == {sample.key}
        assert samples.add_scores(session, run.id, wanted) == set()
    with reading(database) as session:
        assert readings.load(session, [run.id])[run.id] == (replace(sample, score=rescored),)
    assert count(database, ScoreRow) == 2


def test_states_are_counted_by_task(database: Engine) -> None:
    with writing(database) as session:
        run = store_run(session)
        samples.insert_all_absent(
            session,
            run.id,
            [make_sample(), make_sample(epoch=2), make_failed_sample()],
        )
        assert readings.counts(session, run.id) == {
            "general-knowledge": {CallState.OK: 2, CallState.API_ERROR: 1}
        }
        assert readings.counts(session, "no-run") == {}


def test_an_unknown_price_makes_the_whole_cost_unknown(database: Engine) -> None:
    with writing(database) as session:
        run = store_run(session)
        samples.insert_all_absent(session, run.id, [make_sample(), make_failed_sample()])
        priced = readings.costs(session, run.id)
        insert_if_absent(session, run.id, make_sample(epoch=2, cost_usd=None))
        unpriced = readings.costs(session, run.id)
        empty = readings.costs(session, "no-run")
    assert (priced.samples, priced.calls, priced.cost_usd) == (2, 5, 0.002)
    assert (priced.input_tokens, priced.output_tokens) == (12, 3)
    assert (unpriced.cost_usd, unpriced.known_cost_usd, unpriced.unpriced) == (None, 0.002, 1)
    assert (empty.samples, empty.calls, empty.cost_usd) == (0, 0, 0.0)


def test_two_processes_that_store_the_same_samples_store_each_once(database: Engine) -> None:
    with writing(database) as session:
        run = store_run(session)
    records = [make_sample(f"item-{number}") for number in range(200)]
    url = database.url.render_as_string(hide_password=False)
    together = threading.Barrier(2, timeout=300)

    def store(mine: list[SampleRecord]) -> int:
        with opened(url) as engine:
            together.wait()
            new = 0
            for start in range(0, len(mine), 20):
                with writing(engine) as session:
                    batch = mine[start : start + 20]
                    new += len(samples.insert_all_absent(session, run.id, batch))
            return new

    with ThreadPoolExecutor(2) as pool:
        new = sum(pool.map(store, [records, records[::-1]]))
    assert new == 200
    assert count(database, SampleRow) == count(database, ScoreRow) == 200


def test_the_second_of_two_open_transactions_waits_and_leaves_its_sample_out(
    postgres_url: str,
) -> None:
    with opened(postgres_url) as engine, opened(postgres_url) as other_engine:
        with writing(engine) as session:
            run = store_run(session)

        def store_second() -> bool:
            with writing(other_engine) as session:
                return insert_if_absent(session, run.id, make_sample(text="second"))

        with ThreadPoolExecutor(1) as pool:
            with writing(engine) as session:
                assert insert_if_absent(session, run.id, make_sample(text="first"))
                second = pool.submit(store_second)
            assert second.result(timeout=30) is False
        with reading(engine) as session:
            assert [each.text for each in readings.load(session, [run.id])[run.id]] == ["first"]


def test_ten_thousand_samples_take_seconds(
    database: Engine, record_property: Callable[[str, object], None]
) -> None:
    records = [
        make_sample(f"item-{number:05d}", text=f"answer {number % 5000}")
        for number in range(10_000)
    ]
    started = time.monotonic()
    with writing(database) as session:
        run = store_run(session)
        assert len(samples.insert_all_absent(session, run.id, records)) == 10_000
    written = time.monotonic()
    with reading(database) as session:
        assert len(samples.done_keys(session, run.id)) == 10_000
        assert readings.load(session, [run.id])[run.id] == tuple(records)
    record_property("insert_seconds", round(written - started, 2))
    record_property("load_seconds", round(time.monotonic() - written, 2))
