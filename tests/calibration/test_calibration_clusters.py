"""Rows of one document answer alike: 30 clusters of 5 identical rows are 30 surprises, not 150."""

from __future__ import annotations

import numpy as np
from scipy import stats

from evals.bench.endpoints import Endpoint, noisy_suite
from evals.stats.answer_check import check_answers
from evals.stats.rate_check import check_rate

LEVEL = 0.05
BASELINES = 60
DOCUMENTS = np.repeat(np.arange(30), 5)


def test_identical_rows_alarm_no_more_often_when_their_cluster_is_known() -> None:
    answers = states = ignored = 0
    for seed in range(BASELINES):
        rng = np.random.default_rng([23, seed])
        endpoint = Endpoint(p=noisy_suite(rng, 30))
        rows = endpoint.answers(rng, 9)[:, DOCUMENTS]
        before, run = rows[:8], rows[8]
        codes = rows.astype(np.int64)
        checked = check_answers(codes[:8], codes[8], alpha=LEVEL, clusters=DOCUMENTS)
        blind = check_answers(codes[:8], codes[8], alpha=LEVEL)
        rate = check_rate(before, run, alpha=LEVEL, clusters=DOCUMENTS)
        answers += checked.p_changed <= LEVEL
        ignored += blind.p_changed <= LEVEL
        states += rate.p <= LEVEL
    most = stats.binom.ppf(0.999, BASELINES, LEVEL)
    assert max(answers, states) <= most
    assert ignored > answers
