"""The comparison basis: which items two sides share, as arrays that `evals.stats` understands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from evals.call_state import CallState
from evals.compare.comparison import Excluded
from evals.stats.answer_check import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from evals.golden_set import Item
    from evals.records import SampleRecord
    from evals.stats.arrays import Floats, Ints

NOT_IN_BASELINE = "not in the baseline with this content"
IN_BASELINE_ONLY = "in the baseline only"
REGRADED = "graded by another version of its scorer"

Refusal: TypeAlias = "Callable[[int, SampleRecord], str | None]"
Samples = tuple["SampleRecord", ...]
ItemSamples = dict[str, list["SampleRecord"]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """The items that both sides asked and graded in the same way.

    Items are matched by content digest, never by id: an id is a name, the content is the question.

    Attributes:
        items: The shared items, by id.
        run: Samples of this run, item by item.
        passes: Samples of each baseline run, item by item.
        excluded: Everything else, with its reason.
        lacking: Share of the baseline's items that are not among them.
    """

    items: tuple[Item, ...]
    run: tuple[Samples, ...]
    passes: tuple[tuple[Samples, ...], ...]
    excluded: tuple[Excluded, ...]
    lacking: float = 0.0


def nothing_refused(number: int, sample: SampleRecord) -> str | None:  # noqa: ARG001 - a `Refusal`
    """Refuse no sample of any pass."""
    return None


def shared_basis(
    run: Collection[SampleRecord],
    passes: Sequence[Collection[SampleRecord]],
    items: Mapping[str, Item],
    refusal: Refusal = nothing_refused,
) -> Basis:
    """Match the samples of a run with those of its baseline.

    Args:
        run: Samples of one task in this run.
        passes: Samples of the same task in each baseline run.
        items: Every item by content digest; those of the run must be there.
        refusal: Why a sample of the pass of that number must not be compared; None where it may.
    """
    mine = _by_item(run)
    theirs, refused = _sorted_out(mine, [_by_item(samples) for samples in passes], refusal)
    before = {digest for one in theirs for digest in one}
    known = before | refused.keys()
    shared = [digest for digest in mine if digest in before]
    left_out = {digest: refused[digest] for digest in mine if digest in refused.keys() - before}
    return Basis(
        items=tuple(items[digest] for digest in shared),
        run=tuple(tuple(mine[digest]) for digest in shared),
        passes=tuple(tuple(tuple(one.get(digest, ())) for digest in shared) for one in theirs),
        excluded=_excluded(
            {
                NOT_IN_BASELINE: [d for d in mine if d not in known],
                IN_BASELINE_ONLY: sorted(known - mine.keys()),
                **{
                    reason: [d for d, why in left_out.items() if why == reason]
                    for reason in dict.fromkeys(left_out.values())
                },
            },
            {s.item_digest: s.key.item_id for one in [*passes, run] for s in one},
        ),
        lacking=1 - len(shared) / len(known) if known else 0.0,
    )


def outcomes(basis: Basis) -> tuple[Floats, Floats]:
    """Return right (1) or wrong (0) as ``[passes, items, epochs]`` and ``[items, epochs]``.

    Whatever is not ok is nan: it was not measured.
    """
    return _arrays(basis, _outcome)


def outcomes_by_round(basis: Basis) -> Floats:
    """Return right or wrong of the run as ``[rounds, items, 1]``, each epoch a round of its own."""
    epochs = sorted({sample.key.epoch for samples in basis.run for sample in samples})
    table = np.full((len(epochs), len(basis.items), 1), np.nan)
    for item, samples in enumerate(basis.run):
        for sample in samples:
            table[epochs.index(sample.key.epoch), item, 0] = _outcome(sample)
    return table


def in_state(basis: Basis, state: CallState) -> tuple[Floats, Floats]:
    """Return whether a sample ended in ``state``, in the shape of `outcomes`.

    For a state that is an answer, samples that were never answered are nan.
    """

    def indicator(sample: SampleRecord) -> float:
        if state.answered and not sample.state.answered:
            return np.nan
        return float(sample.state is state)

    return _arrays(basis, indicator)


def answer_codes(basis: Basis) -> tuple[Ints, Ints]:
    """Return a code for each parsed answer, equal codes for equal answers; -1 is missing."""
    return codes_of(basis, lambda s: s.score.parsed if s.state is CallState.OK else None)


def codes_of(basis: Basis, answer: Callable[[SampleRecord], str | None]) -> tuple[Ints, Ints]:
    """Return a code for what ``answer`` makes of each sample of an item; -1 where it is None."""
    known: list[dict[str, int]] = [{} for _ in basis.items]

    def code(sample: SampleRecord, item: int) -> float:
        found = answer(sample)
        return MISSING if found is None else known[item].setdefault(found, len(known[item]))

    width = _width(basis)
    before = np.array([_table(rows, width, code, MISSING) for rows in basis.passes], dtype=np.int64)
    return before, _table(basis.run, width, code, MISSING).astype(np.int64)


def clusters(basis: Basis) -> Ints | None:
    """Return the cluster of each item, numbered from 0; None when no item names one."""
    names = [item.cluster or f"item {index}" for index, item in enumerate(basis.items)]
    if not any(item.cluster for item in basis.items):
        return None
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=np.int64)


def _outcome(sample: SampleRecord) -> float:
    return np.nan if sample.score.passed is None else float(sample.score.passed)


def _arrays(basis: Basis, value: Callable[[SampleRecord], float]) -> tuple[Floats, Floats]:
    def cell(sample: SampleRecord, item: int) -> float:  # noqa: ARG001 - the shape of a table's cell
        return value(sample)

    width = _width(basis)
    before = np.array([_table(rows, width, cell, np.nan) for rows in basis.passes])
    return before, _table(basis.run, width, cell, np.nan)


def _width(basis: Basis) -> int:
    rows = [*basis.run, *(samples for one in basis.passes for samples in one)]
    return max((len(samples) for samples in rows), default=1)


def _table(
    rows: Sequence[Samples],
    width: int,
    cell: Callable[[SampleRecord, int], float],
    missing: float,
) -> Floats:
    table = np.full((len(rows), width), missing, dtype=np.float64)
    for item, samples in enumerate(rows):
        for epoch, sample in enumerate(samples):
            table[item, epoch] = cell(sample, item)
    return table


def _by_item(samples: Iterable[SampleRecord]) -> ItemSamples:
    found: ItemSamples = defaultdict(list)
    for sample in sorted(samples, key=lambda s: s.key.epoch):
        found[sample.item_digest].append(sample)
    return dict(sorted(found.items(), key=lambda pair: pair[1][0].key.item_id))


def _sorted_out(
    mine: ItemSamples, passes: Sequence[ItemSamples], refusal: Refusal
) -> tuple[list[ItemSamples], dict[str, str]]:
    """Keep of each pass what may be compared; of the rest, say why not, by content digest."""
    kept: list[ItemSamples] = [{} for _ in passes]
    refused: dict[str, str] = {}
    for number, one in enumerate(passes):
        for digest, samples in one.items():
            reason = refusal(number, samples[0]) or _regraded(mine.get(digest, ()), samples)
            if reason is None:
                kept[number][digest] = samples
            else:
                refused[digest] = reason
    return kept, refused


def _regraded(mine: Iterable[SampleRecord], theirs: Iterable[SampleRecord]) -> str | None:
    now, before = _scorer_versions(mine), _scorer_versions(theirs)
    return REGRADED if now and before and before != now else None


def _scorer_versions(samples: Iterable[SampleRecord]) -> set[str]:
    return {s.score.scorer_version for s in samples if s.state is CallState.OK}


def _excluded(reasons: Mapping[str, Sequence[str]], ids: Mapping[str, str]) -> tuple[Excluded, ...]:
    return tuple(
        Excluded(reason=reason, item_ids=tuple(sorted(ids[digest] for digest in digests)))
        for reason, digests in reasons.items()
        if digests
    )
