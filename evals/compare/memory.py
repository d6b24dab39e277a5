"""What a run says together with those before it: each series since the blessing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from evals.call_state import CallState
from evals.compare.basis import answer_codes, clusters, in_state, outcomes
from evals.compare.comparison import ANSWERED_STATES
from evals.compare.since import SeriesMemory, Since
from evals.policy import Series
from evals.rounds import Stage, of_stage
from evals.stats import scan
from evals.stats.adaptive import join_rounds
from evals.stats.answer_check import MISSING, modal_answers
from evals.stats.outcomes import Counts, count_outcomes, sum_clusters
from evals.stats.reference import fit_reference
from evals.stats.variance import SHOCK_PRIOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.compare.basis import Basis
    from evals.compare.since import Moment
    from evals.stats.arrays import Bools, Floats, Ints


def lasting(memory: SeriesMemory, level: float, *, passes: int) -> Since | None:
    """Return the side on which a series has been different at ``level``; None where on neither.

    The memory speaks only where this run lies on the same side, its repetition where there is one:
    a week that is well again is not blamed for the weeks before. And at least two runs stand behind
    it: one alone has its own test.

    Args:
        memory: The state of the series.
        level: The level of its look; a state may move either way, and shares it with the others.
        passes: Passes of the baseline.
    """
    since = memory.fell if memory.shift < 0 else memory.rose if memory.shift > 0 else None
    if since is None or since.window is None:
        return None
    share = 2 * ANSWERED_STATES if memory.series is Series.STATES else 1
    fewest = 1 if rests_on_one_run(memory, passes=passes) else 2
    return since if since.window >= fewest and since.p_week <= level / share else None


def rests_on_one_run(memory: SeriesMemory, *, passes: int) -> bool:
    """Whether a run alone would be held against the luck of one stored run, week after week.

    That alarms in 36 % of unchanged years; the memory holds it against every run before instead.
    """
    return passes < 2 and memory.runs > 1


def remember(basis: Basis, *, passes: int, runs: Sequence[Moment]) -> tuple[SeriesMemory, ...]:
    """Look at every series of a task over all runs since the blessing.

    A function of stored facts and nothing else: the fold `evals.stats.scan.step` over the items of
    ``basis``, so that a history replays to the same answer. An item that the baseline never asked
    joins once as many runs have asked it as the baseline has passes.

    Args:
        basis: The items that this run shares with the baseline or with a run since; its ``passes``
            are the baseline's, then the runs since the blessing, oldest first.
        passes: How many of them are the baseline's.
        runs: The runs since the blessing and, last, this run.
    """
    known = _joined(basis, passes)
    if not known.any():
        return ()
    members = clusters(basis)
    folding = _Folding(
        fresh=_freshly_asked(basis),
        passes=passes,
        runs=runs,
        known=known,
        members=None if members is None else _renumbered(members[known]),
    )
    found = [_accuracy(basis, folding), _answers(basis, folding)]
    found += [_state(basis, folding, state) for state in _states_seen(basis)]
    return tuple(one for one in found if one is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Folding:
    """What every series of one task has in common; ``known`` chooses its items.

    ``fresh`` is the basis with the latest look of the run alone.
    """

    fresh: Basis
    passes: int
    runs: Sequence[Moment]
    known: Bools
    members: Ints | None

    def counts(self, values: Floats) -> Counts:
        counts = count_outcomes(values[:, self.known])
        return counts if self.members is None else sum_clusters(counts, self.members)


def _accuracy(basis: Basis, folding: _Folding) -> SeriesMemory | None:
    before, after = outcomes(basis)
    _, fresh = outcomes(folding.fresh)
    return _series(folding, before[: folding.passes], before[folding.passes :], after, fresh)


def _answers(basis: Basis, folding: _Folding) -> SeriesMemory | None:
    """Agreement with the usual answer: half of the baseline elects it, the other half is asked."""
    before, after = answer_codes(basis)
    _, fresh = answer_codes(folding.fresh)
    blessed, since = before[: folding.passes], before[folding.passes :]
    answered = blessed[(blessed != MISSING).any(axis=(1, 2))]
    if answered.shape[0] < 2:
        return None
    usual = modal_answers(answered[1::2])
    return _series(
        folding,
        _agreement(answered[0::2], usual),
        _agreement(since, usual),
        _agreement(after, usual),
        _agreement(fresh, usual),
        series=Series.ANSWERS,
    )


def _state(basis: Basis, folding: _Folding, state: CallState) -> SeriesMemory | None:
    before, after = in_state(basis, state)
    _, fresh = in_state(folding.fresh, state)
    return _series(
        folding,
        before[: folding.passes],
        before[folding.passes :],
        after,
        fresh,
        series=Series.STATES,
        state=state,
    )


def _series(
    folding: _Folding,
    blessed: Floats,
    since: Floats,
    after: Floats,
    fresh: Floats,
    *,
    series: Series = Series.ACCURACY,
    state: CallState | None = None,
) -> SeriesMemory | None:
    """Fold one series. The item model is built for rare failures, so a state counts as one."""
    sides = (blessed, since, after[np.newaxis], fresh[np.newaxis])
    baseline, earlier, run, latest = (
        folding.counts(1 - values if state else values) for values in sides
    )
    if not baseline.seen.any():
        return None
    asked = np.flatnonzero((earlier.draws[:, baseline.seen] > 0).any(axis=1))
    moments = [*(folding.runs[index] for index in asked.tolist()), folding.runs[-1]]
    down, up = (
        _since(finding, moments) for finding in _look(baseline, earlier.of_passes(asked), run)
    )
    return SeriesMemory(
        series=series,
        state=state,
        runs=len(moments),
        fell=up if state else down,
        rose=down if state else up,
        shift=_shift(baseline, earlier, latest) * (-1 if state else 1),
    )


def _shift(baseline: Counts, earlier: Counts, run: Counts) -> float:
    successes = np.where(
        baseline.seen, baseline.successes.sum(axis=0), earlier.successes.sum(axis=0)
    )
    draws = np.where(baseline.seen, baseline.draws.sum(axis=0), earlier.draws.sum(axis=0))
    now = run.pooled()
    both = np.flatnonzero((draws > 0) & now.seen)
    if both.size == 0:
        return nan
    return float((now.rates()[both] - successes[both] / draws[both]).mean())


def _look(baseline: Counts, earlier: Counts, run: Counts) -> tuple[scan.Finding, scan.Finding]:
    """Take the last step of the fold alone: what came before is what its history makes it."""
    history = join_rounds(baseline, earlier)
    return scan.look(
        history,
        run,
        baseline_passes=baseline.draws.shape[0],
        fitted=lambda end: fit_reference(history.of_passes(np.arange(end)), shock=SHOCK_PRIOR),
    )


def _since(finding: scan.Finding, moments: Sequence[Moment]) -> Since:
    return Since(
        p_week=finding.p_week,
        window=finding.window,
        onset=None if finding.window is None else moments[-finding.window],
    )


def _agreement(codes: Ints, usual: Ints) -> Floats:
    usual = usual[:, np.newaxis]
    missing = (codes == MISSING) | (usual == MISSING)
    return np.where(missing, np.nan, (codes == usual).astype(float))


def _joined(basis: Basis, passes: int) -> Bools:
    """Say which items the baseline asked, or as many runs since as it has passes."""
    asked = np.array([[bool(row) for row in one] for one in basis.passes], dtype=bool)
    asked = asked.reshape(len(basis.passes), len(basis.items))
    return np.asarray(asked[:passes].any(axis=0) | (asked[passes:].sum(axis=0) >= max(1, passes)))


def _freshly_asked(basis: Basis) -> Basis:
    """Keep of the run what was asked in its repetition; all of it where there was none."""
    repeated = tuple(tuple(of_stage(samples, Stage.REPEAT)) for samples in basis.run)
    return replace(basis, run=repeated) if any(repeated) else basis


def _renumbered(members: Ints) -> Ints:
    return np.unique(members, return_inverse=True)[1].astype(np.int64)


def _states_seen(basis: Basis) -> list[CallState]:
    rows = [*basis.run, *(row for one in basis.passes for row in one)]
    seen = {sample.state for row in rows for sample in row}
    return [state for state in CallState if state in seen and state.answered and state != "ok"]
