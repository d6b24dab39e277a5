"""The voice of an unchanged endpoint: four channels share one level, and rarely break it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from evals.compare.basis import Basis
from evals.compare.voice import compare_voice
from tests.factories import a_sample, a_score, an_item

if TYPE_CHECKING:
    from evals.records import SampleRecord
    from evals.stats.arrays import Floats

DOCUMENT = Path(__file__).parents[2] / "docs" / "statistics.md"
ITEMS = tuple(an_item(number) for number in range(60))
ALPHA = 1 / 260
PASSES = 8
SCORE = a_score()


def p_of_voice(seed: int, *, longer: float = 1.0) -> float:
    """The smallest p of the four channels after eight passes.

    Every item has a usual length, of which its replies stray by up to a half, and habits of fences,
    lists and languages of its own.
    """
    rng = np.random.default_rng([41, seed])
    count = len(ITEMS)
    length = np.exp(rng.normal(np.log(150), 1.0, count))
    strays = np.where(rng.random(count) < 0.3, 0.0, rng.uniform(0.02, 0.5, count))
    habits = rng.beta(0.2, 0.8, (3, count))
    rows = [
        _replies(rng, length * (longer if number == PASSES else 1.0), strays, habits)
        for number in range(PASSES + 1)
    ]
    basis = Basis(items=ITEMS, run=rows[-1], passes=tuple(rows[:-1]), excluded=())
    return min(one.p for one in compare_voice(basis, alpha=ALPHA))


def _replies(
    rng: np.random.Generator, length: Floats, strays: Floats, habits: Floats
) -> tuple[tuple[SampleRecord, ...], ...]:
    lengths = np.exp(rng.normal(np.log(length), strays))
    habitual = (rng.random(habits.shape) < habits).tolist()
    return tuple(
        (
            a_sample(
                item,
                text=("```\n" if fenced else "")
                + ("- " if listed else "")
                + ("das ist nicht gut und " if german else "this is not good and ")
                + "x" * int(characters),
                score=SCORE,
            ),
        )
        for item, characters, fenced, listed, german in zip(ITEMS, lengths, *habitual, strict=True)
    )


def published() -> tuple[int, int]:
    """Alarms and unchanged checks, as the documentation tells them."""
    text = DOCUMENT.read_text(encoding="utf-8")
    found = re.search(r"voice spoke in (\d+) of ([\d,]+) unchanged checks", text)
    assert found
    return int(found[1]), int(found[2].replace(",", ""))


def test_an_unchanged_voice_is_as_rare_an_alarm_as_the_document_says() -> None:
    alarms, checks = published()
    assert alarms <= stats.binom.ppf(0.999, checks, ALPHA)
    again = sum(p_of_voice(seed) <= ALPHA for seed in range(30))
    assert again <= stats.binom.ppf(0.999, 30, max(ALPHA, alarms / checks))


def test_replies_that_grow_by_half_are_heard() -> None:
    assert sum(p_of_voice(seed, longer=1.5) <= ALPHA for seed in range(3)) == 3
