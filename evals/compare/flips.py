"""The items that changed: outcome, answer, or no answer at all any more."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from evals.call_state import CallState
from evals.compare.comparison import Flip

if TYPE_CHECKING:
    from collections.abc import Collection

    from evals.compare.basis import Basis, Samples
    from evals.golden_set import Item

_HALF = 0.5


def flips_of(basis: Basis, changed: Collection[int]) -> tuple[Flip, ...]:
    """Return the items whose outcome turned or answer ``changed``, and those answered no more.

    Each has the surprise of what happened to it: a new answer that is as right or wrong as the old
    one surprises as little as its outcome does. The most surprising comes first.
    """
    found = (
        _lost(basis, index) or _turned(basis, index, changed) for index in range(len(basis.items))
    )
    flips = [flip for flip in found if flip is not None]
    return tuple(sorted(flips, key=lambda flip: (flip.surprise, flip.item_id)))


def _before(basis: Basis, index: int) -> Samples:
    return tuple(sample for one in basis.passes for sample in one[index])


def _lost(basis: Basis, index: int) -> Flip | None:
    """Tell of an item that was graded, and now mostly ends in another state of an answer."""
    before, after = _before(basis, index), basis.run[index]
    state, then = _usual_state(after), _pass_rate(before)
    if state in (None, CallState.OK) or then is None or _usual_state(before) is not CallState.OK:
        return None
    return _flip(
        basis.items[index],
        before,
        then=then,
        now=_pass_rate(after),
        said=state.value,
        surprise=_chance(sum(s.state is state for s in before), _answered(before)),
    )


def _turned(basis: Basis, index: int, changed: Collection[int]) -> Flip | None:
    before, after = _before(basis, index), basis.run[index]
    then, now = _pass_rate(before), _pass_rate(after)
    if then is None or now is None or not (abs(now - then) > _HALF or index in changed):
        return None
    graded = [sample.score.passed for sample in before if sample.score.passed is not None]
    chance_of_right = _chance(sum(graded), len(graded))
    return _flip(
        basis.items[index],
        before,
        then=then,
        now=now,
        said=_usual_answer(after),
        surprise=chance_of_right if now >= _HALF else 1 - chance_of_right,
    )


def _flip(
    item: Item, before: Samples, *, then: float, now: float | None, said: str, surprise: float
) -> Flip:
    return Flip(
        item_id=item.id,
        prompt=item.messages[-1].content,
        targets=item.targets,
        before=_usual_answer(before),
        after=said,
        before_pass_rate=then,
        after_pass_rate=now,
        surprise=surprise,
        severity=item.severity,
    )


def _chance(seen: int, attempts: int) -> float:
    """Return the chance that the next attempt goes as ``seen`` of ``attempts`` did (Jeffreys)."""
    return (seen + 0.5) / (attempts + 1)


def _answered(samples: Samples) -> int:
    return sum(sample.state.answered for sample in samples)


def _usual_state(samples: Samples) -> CallState | None:
    """Return the state of more than half of what was answered, if there is one."""
    states = Counter(sample.state for sample in samples if sample.state.answered)
    if not states:
        return None
    state, count = states.most_common(1)[0]
    return state if count > _HALF * states.total() else None


def _pass_rate(samples: Samples) -> float | None:
    graded = [sample.score.passed for sample in samples if sample.score.passed is not None]
    return sum(graded) / len(graded) if graded else None


def _usual_answer(samples: Samples) -> str:
    said = [s.score.parsed or s.text or "" for s in samples if s.state is CallState.OK]
    return Counter(said).most_common(1)[0][0] if said else ""
