"""What the replies to one prompt have in common. Pure."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def pairwise_agreement(replies: Sequence[str]) -> float:
    """Return the share of pairs that are equal; at least two replies.

    >>> pairwise_agreement(["a", "a", "a", "b"])
    0.5
    """
    n = len(replies)
    equal = sum(times * (times - 1) for times in Counter(replies).values())
    return equal / (n * (n - 1))


def common_prefix(replies: Sequence[str]) -> float:
    """Return the longest common beginning as a share of the longest reply; 1 where all are empty.

    >>> common_prefix(["The sea", "The sea is calm"])
    0.4666666666666667
    """
    longest = max(len(reply) for reply in replies)
    columns = zip(*replies, strict=False)
    shared = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
    return shared / longest if longest else 1.0
