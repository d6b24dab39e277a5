"""How long a context is really used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evals.probes.context_length.options import length_arm

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT: Final = 0.85
"""A length counts as used while accuracy is at least this share of the base's."""
LEAST_BASE: Final = 0.6
"""Under this accuracy at the base, longer texts are not what is hard."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectiveLength:
    """The longest length that is used, as are all shorter ones that were tested.

    Attributes:
        length: In nominal tokens; None where there is none or it cannot be told.
        label: ``4K``; ``>16K`` if all tested lengths are used, ``<0.5K`` if not even the shortest
            is, ``no base``; with ``, non_monotone`` where a longer one is used all the same, or the
            first length that was not measured.
    """

    length: int | None
    label: str


def effective_length(accuracies: Mapping[int, float | None], base: float | None) -> EffectiveLength:
    """Find it from the accuracy at each length (or a bound of it), and that at the base.

    >>> effective_length({500: 0.9, 1000: 0.9, 4000: 0.8, 16000: 0.4}, 0.9).label
    '4K'
    >>> effective_length({1000: 0.9, 4000: 0.5, 16000: 0.9}, 0.9).label
    '1K, non_monotone'
    >>> effective_length({1000: 0.5}, 0.5).label
    'no base'
    """
    if base is None:
        return EffectiveLength(length=None, label="no base: 1K not measured")
    if base < LEAST_BASE:
        return EffectiveLength(length=None, label="no base")
    lengths = sorted(accuracies)
    used = {length: _is_used(accuracies[length], base) for length in lengths}
    first = next((length for length in lengths if not used[length]), None)
    if first is None:
        return EffectiveLength(length=lengths[-1], label=f">{length_arm(lengths[-1])}")
    before = [length for length in lengths if length < first]
    label = length_arm(before[-1]) if before else f"<{length_arm(first)}"
    if accuracies[first] is None:
        label = f"{label if before else 'unknown'}, {length_arm(first)} not measured"
    elif any(used[length] for length in lengths if length > first):
        label += ", non_monotone"
    return EffectiveLength(length=before[-1] if before else None, label=label)


def _is_used(accuracy: float | None, base: float) -> bool:
    # A share of 17 in 20 is at least 0.85 of 1, whatever the last bit of a float says.
    return accuracy is not None and accuracy >= KEPT * base - 1e-9
