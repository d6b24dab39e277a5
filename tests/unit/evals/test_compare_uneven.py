from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from evals.compare.task import compare_task
from tests.factories import TASK, a_sample, a_score, an_item, samples

if TYPE_CHECKING:
    from evals.records import SampleRecord

ITEMS = [an_item(n) for n in range(40)]
ALPHA = 1 / 156


def look(*, changed: range, asked_more: int, first_epoch: int = 1) -> list[SampleRecord]:
    """One look of an adaptive check: all items once, the first ``asked_more`` three times more."""
    return [
        a_sample(
            item,
            epoch=first_epoch + round_,
            score=a_score(parsed="another" if index in changed else "usual"),
        )
        for round_ in range(4)
        for index, item in enumerate(ITEMS)
        if round_ == 0 or index < asked_more
    ]


@pytest.mark.parametrize("passes", [2, 4, 7, 8])
@pytest.mark.parametrize("looks", [1, 2])
@pytest.mark.parametrize("changed", [range(20, 29), range(9)], ids=["others", "those"])
def test_changed_answers_are_seen_though_some_items_were_asked_more_often(
    passes: int, looks: int, changed: range
) -> None:
    usual = [
        [replace(s, score=a_score(parsed="usual")) for s in samples(ITEMS)] for _ in range(passes)
    ]
    run = [
        sample
        for number in range(looks)
        for sample in look(changed=changed, asked_more=13, first_epoch=1 + 200 * number)
    ]
    compared = compare_task(
        TASK,
        planned=len(run),
        run=run,
        passes=usual,
        items={item.content_digest: item for item in ITEMS},
        alpha=ALPHA,
        by_round=True,
    )
    assert compared.answers is not None
    assert compared.answers.p_changed < ALPHA
