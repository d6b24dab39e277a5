from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from evals.call_state import CallState
from evals.probes.answer import Answer
from evals.probes.determinism import PROBE
from evals.probes.determinism.probe import DeterminismOptions
from evals.probes.determinism.replies import common_prefix, pairwise_agreement
from evals.records import SampleKey
from evals.scorers.registry import check_item
from tests.factories import a_failure, a_sample, a_score
from tests.unit.probes.factories_play import (
    STORM,
    covers,
    endpoint_for,
    figure,
    moved,
    play,
    view,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.golden_set import Item

ITEMS = PROBE.items(DeterminismOptions())


def asked(**change: Any) -> tuple[Answer, ...]:
    return play(endpoint_for(ITEMS, **change), ITEMS, epochs=PROBE.epochs)


def said(item: Item, *texts: str, **overrides: Any) -> list[Answer]:
    return [
        Answer(
            item=item,
            sample=a_sample(
                item,
                **{
                    "key": SampleKey(task="probe", item_id=item.id, epoch=epoch),
                    "text": text,
                    "score": a_score(parsed=text.rpartition(" ")[2]),
                    **overrides,
                },
            ),
        )
        for epoch, text in enumerate(texts, start=1)
    ]


def all_said(texts_of: Sequence[str]) -> list[Answer]:
    return [answer for item in ITEMS for answer in said(item, *texts_of)]


def test_twenty_prompts_of_three_lengths() -> None:
    for item in ITEMS:
        check_item(item)
    assert len({item.id for item in ITEMS}) == 20
    assert [item.max_tokens for item in ITEMS] == [1] * 10 + [None] * 6 + [300] * 4


def test_replies_that_only_differ_in_words_keep_the_answer() -> None:
    answers = all_said(["it is 7", "it is 7", "so it is 7"])
    assert figure(PROBE, answers, "TARr@3").value == 0.0
    assert figure(PROBE, answers, "TARa@3").value == 1.0
    assert figure(PROBE, answers, "agreement").value == pytest.approx(1 / 3)
    assert figure(PROBE, answers, "unique").value == 2


def test_agreement_does_not_depend_on_the_number_of_passes() -> None:
    assert pairwise_agreement(["a", "b"] * 50) == pytest.approx(0.5, abs=0.01)
    assert pairwise_agreement(["a", "a"]) == 1.0


def test_the_common_beginning_of_empty_replies_is_whole() -> None:
    assert common_prefix(["", ""]) == 1.0
    assert common_prefix(["", "a"]) == 0.0


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4])
def test_the_intervals_cover_what_the_persona_is(share: float) -> None:
    answers = asked(rewording=share)
    assert covers(figure(PROBE, answers, "TARr@5"), (1 - share) ** 5)
    assert covers(figure(PROBE, answers, "agreement"), (1 - share) ** 2)


def test_a_cache_is_a_change_though_nothing_got_worse() -> None:
    before = [asked(rewording=0.4, seed=seed) for seed in range(3)]
    cached = asked(rewording=0.0)
    assert moved(PROBE, before, cached, "TARr")
    assert figure(PROBE, cached, "TARr@5").value == 1.0


def test_a_loss_of_determinism_moves_the_series() -> None:
    before = [asked()] * 3
    assert moved(PROBE, before, asked(rewording=0.4), "TARr")


def test_a_429_storm_moves_no_series_and_is_told_as_what_it_is() -> None:
    before = [asked()] * 3
    stormy = asked(**STORM)
    states = [row.state for row in view(PROBE, stormy, "TARr").rows]
    assert len(states) == 20
    assert states.count(CallState.API_ERROR) > 10
    assert not any(moved(PROBE, before, stormy, name) for name in ("TARr", "TARa"))


def test_a_reply_that_the_probe_cut_is_compared_as_far_as_it_goes() -> None:
    long = ITEMS[-1]
    cut = {"score": a_failure(CallState.TRUNCATED)}
    same = said(long, "Dear  reader", "Dear  reader", **cut)
    (row,) = view(PROBE, same, "TARa").rows
    assert row.state is CallState.OK
    assert row.score.passed is True


def test_an_unparsed_reply_makes_its_prompt_unparsed_among_the_answers_only() -> None:
    short = ITEMS[12]
    silent = said(short, "seven", "7", score=a_failure(CallState.UNPARSED))
    states = [one.rows[0].state for one in PROBE.views(silent)]
    assert states == [CallState.OK, CallState.UNPARSED]


def test_one_pass_shows_no_repetition() -> None:
    answers = all_said(["it is 7"])
    assert all(not one.rows for one in PROBE.views(answers))
    assert figure(PROBE, answers, "TARr@1").value is None
