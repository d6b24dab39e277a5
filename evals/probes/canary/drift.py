"""The two-sided comparison of logprobs: this run's calls beside the baseline's."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from evals.stats.logprobs import check_logprobs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np

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


def _calls(answers: Iterable[Answer]) -> dict[str, list[Mapping[str, float]]]:
    found: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    for answer in answers:
        if answer.sample.top_logprobs:
            found[answer.sample.item_digest].append(answer.sample.top_logprobs)
    return found
