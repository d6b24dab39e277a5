"""Stored replies, graded again by the scorers of today. Pure: nothing is asked, nothing is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.call_state import CallState
from evals.errors import ScorerError
from evals.records import ScoreRecord
from evals.scorers.registry import rescore, scorer_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from evals.golden_set import Item
    from evals.records import SampleKey, SampleRecord

_GRADED = frozenset({CallState.OK, CallState.UNPARSED, CallState.REFUSED, CallState.JUDGE_FAILED})
"""The states that a scorer gives; the others were set aside before any scorer saw the reply."""

_WHOLE = "stop"


@dataclass(frozen=True, kw_only=True, slots=True)
class Regrade:
    """One reply, as it was graded and as it is graded today."""

    key: SampleKey
    before: ScoreRecord
    after: ScoreRecord

    @property
    def differs(self) -> bool:
        """Whether today's grade says anything else; its reason and its version do not count."""
        return _said(self.before) != _said(self.after)


@dataclass(frozen=True, kw_only=True, slots=True)
class Regrading:
    """What today's scorers say of the replies of one run.

    Attributes:
        grades: Replies whose grade came from another version of their scorer, graded again.
        left: Such replies that cannot be graded again, counted by the reason.
        current: Replies that the scorers of today had graded already.
    """

    grades: tuple[Regrade, ...]
    left: Mapping[str, int]
    current: int


def regrade(samples: Iterable[SampleRecord], items: Mapping[str, Item]) -> Regrading:
    """Grade again whatever another version of its scorer has graded.

    Args:
        samples: Samples with the grade that counts now.
        items: Every item that they may name, by content digest.
    """
    seen = [sample for sample in samples if _was_graded(sample)]
    tried = list(_tried(seen, items))
    return Regrading(
        grades=tuple(one for one in tried if isinstance(one, Regrade)),
        left=dict(Counter(one for one in tried if isinstance(one, str))),
        current=len(seen) - len(tried),
    )


def is_outdated(samples: Iterable[SampleRecord], items: Mapping[str, Item]) -> bool:
    """Whether `regrade` could add a grade to any of ``samples``."""
    seen = (sample for sample in samples if _was_graded(sample))
    return any(isinstance(one, Regrade) for one in _tried(seen, items))


def grade_in_words(score: ScoreRecord) -> str:
    """Return ``right``, ``wrong``, or the state of a reply without a grade."""
    if score.passed is None:
        return score.state.value
    return "right" if score.passed else "wrong"


def _tried(samples: Iterable[SampleRecord], items: Mapping[str, Item]) -> Iterator[Regrade | str]:
    """Grade outdated replies again, one by one; a sentence says why one cannot be."""
    versions: dict[str, str | None] = {}
    for sample in samples:
        item = items.get(sample.item_digest)
        if item is None or sample.score.scorer != item.scorer.name:
            yield "what graded it is not its item's scorer"
            continue
        if sample.item_digest not in versions:
            versions[sample.item_digest] = _version(item)
        if sample.score.scorer_version != versions[sample.item_digest]:
            yield _again(sample, item)


def _version(item: Item) -> str | None:
    """Return the version of the item's scorer; None where today's scorers do not know it."""
    try:
        return scorer_for(item.scorer).version
    except ScorerError:
        return None


def _was_graded(sample: SampleRecord) -> bool:
    """Whether a scorer saw the reply; a grading that broke may have had half a reply before it."""
    if sample.text is None or sample.state not in _GRADED:
        return False
    return sample.state is not CallState.JUDGE_FAILED or sample.stop_reason == _WHOLE


def _again(sample: SampleRecord, item: Item) -> Regrade | str:
    try:
        scored = rescore(sample.text or "", item)
    except ScorerError as error:
        return error.what
    after = ScoreRecord(
        scorer=item.scorer.name,
        scorer_version=scorer_for(item.scorer).version,
        state=scored.state,
        value=scored.value,
        passed=scored.passed,
        parsed=scored.parsed,
        reason=scored.reason,
    )
    return Regrade(key=sample.key, before=sample.score, after=after)


def _said(score: ScoreRecord) -> tuple[CallState, float | None, bool | None, str | None]:
    return score.state, score.value, score.passed, score.parsed
