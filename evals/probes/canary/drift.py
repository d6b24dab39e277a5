"""The two-sided comparison of logprobs: this run's calls beside the baseline's."""

from __future__ import annotations

from collections import defaultdict
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from evals.numbers import p_value
from evals.probes.probe import Figure, Unit
from evals.stats.logprobs import check_logprobs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evals.probes.answer import Answer
    from evals.stats.logprobs import LogprobCheck


def drift(
    before: Iterable[Answer], now: Iterable[Answer], *, rng: np.random.Generator
) -> LogprobCheck:
    """Test whether the first tokens have other chances ``now`` than ``before``.

    ``before`` are the answers of all passes of a baseline together, ``now`` those of one run or of
    several. Prompts are matched by content, and calls without logprobs are left out.
    """
    return check_logprobs(_calls(before), _calls(now), rng=rng)


def drift_figure(answers: Sequence[Answer], passes: Sequence[Sequence[Answer]]) -> Figure:
    """Return how far the first tokens' chances have moved, in nats, and what chance makes of it.

    It is told and decides nothing: the test takes the calls to a prompt for exchangeable, and what
    a whole run has in common makes its p too small.
    """
    rng = np.random.default_rng(len(passes))  # any seed will do, and one history gives one report
    found = drift((one for each in passes for one in each), answers, rng=rng)
    told = isfinite(found.p)
    says = f"{found.expected:.2g} by chance, {p_value(found.p)} if calls were independent"
    return Figure(
        name="logprob drift",
        value=found.distance if told else None,
        n=found.prompts,
        unit=Unit.NUMBER,
        says=says if told else "no logprobs on both sides",
    )


def _calls(answers: Iterable[Answer]) -> dict[str, list[Mapping[str, float]]]:
    found: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    for answer in answers:
        if answer.sample.top_logprobs:
            found[answer.sample.item_digest].append(answer.sample.top_logprobs)
    return found
