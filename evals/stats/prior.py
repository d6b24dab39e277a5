"""The grid of success probabilities, what is believed of an item before data, and where it may go.

The grid is denser near 0 and 1, and never touches them: an item that was right 16 times of 16 is
still allowed to fail, so no variance is ever zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from evals.stats.distributions import beta_density

if TYPE_CHECKING:
    from evals.stats.arrays import Floats

Side = Literal["drop", "rise"]

GRID: Final[Floats] = np.concatenate(
    [[0.002, 0.01, 0.03], np.linspace(0.06, 0.94, 23), [0.97, 0.99, 0.998]]
)
_CELL: Final[Floats] = np.gradient(GRID)
_SMALLEST_MOVE: Final = 0.05 + 1e-9  # exclusive, whatever the rounding of grid differences
# Most items of a real suite are nearly always right, some nearly always wrong, a few in between.
_MIXTURE: Final = ((0.55, 12.0, 0.5), (0.20, 0.5, 12.0), (0.25, 0.7, 0.7))


def _default_prior() -> Floats:
    density = sum(weight * beta_density(GRID, a, b) for weight, a, b in _MIXTURE)
    mass = np.asarray(density * _CELL)
    return np.asarray(mass / mass.sum())


def _change_kernel(side: Side) -> Floats:
    target = beta_density(GRID, 0.5, 0.5) * _CELL
    move = GRID[np.newaxis, :] - GRID[:, np.newaxis]
    allowed = move < -_SMALLEST_MOVE if side == "drop" else move > _SMALLEST_MOVE
    mass = np.where(allowed, target, 0.0)
    total = mass.sum(axis=1, keepdims=True)
    stays = np.eye(GRID.size)  # an item at the floor cannot drop, one at the ceiling cannot rise
    return np.where(total > 0, mass / np.where(total > 0, total, 1.0), stays)


DEFAULT_PRIOR: Final[Floats] = _default_prior()
"""P(p_i) over the grid before any data: 55 % Beta(12, .5), 20 % Beta(.5, 12), 25 % Beta(.7, .7)."""

CHANGE_KERNELS: Final[dict[Side, Floats]] = {
    "drop": _change_kernel("drop"),
    "rise": _change_kernel("rise"),
}
"""``[side][g, h]``: P(new probability h | old probability g, the item changed to that side)."""
