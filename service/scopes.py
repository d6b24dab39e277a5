"""Scopes: what the holder of a token may do; each holds all that the one before it does."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """Read, start and stop runs, or change what is watched and who may.

    >>> Scope.ADMIN.covers(Scope.RUN), Scope.READ.covers(Scope.RUN)
    (True, False)
    """

    READ = "read"
    RUN = "run"
    ADMIN = "admin"

    def covers(self, needed: Scope) -> bool:
        """Whether a token of this scope may do what ``needed`` may."""
        order = tuple(Scope)
        return order.index(self) >= order.index(needed)
