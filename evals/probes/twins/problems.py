"""Twenty problems of every puzzle book, in our own words."""

from __future__ import annotations

import math
from typing import Final

from evals.probes.twins.problem import Problem


def _legs_of_the_second(heads: int, legs: int) -> int:
    """Return how many have four legs, the others having two."""
    return (legs - 2 * heads) // 2


def _rabbit_pairs(months: int) -> int:
    young, grown = 1, 0
    for _ in range(months):
        young, grown = grown, grown + young
    return young + grown


def _climb_days(depth: int, up: int, down: int) -> int:
    return math.ceil((depth - up) / (up - down)) + 1


def _smallest_with_remainders(a: int, b: int, c: int) -> int:
    return next(n for n in range(1, 106) if (n % 3, n % 5, n % 7) == (a, b, c))


PROBLEMS: Final = (
    Problem(
        name="bat-and-ball",
        text=(
            "A bat and a ball are sold together for {0} cents. The bat alone is {1} cents dearer "
            "than the ball. What is the price of the ball in cents?"
        ),
        famous=(110, 100),
        twin=(174, 148),
        solve=lambda both, more: (both - more) // 2,
    ),
    Problem(
        name="machines",
        text=(
            "{0} machines need {0} minutes to make {0} parts. How many minutes do {1} machines "
            "need to make {1} parts?"
        ),
        famous=(5, 100),
        twin=(7, 300),
        solve=lambda few, _: few,
    ),
    Problem(
        name="lily-pads",
        text=(
            "Water lilies double the area they cover every day. After {0} days they cover the "
            "whole lake. After how many days did they cover half of it?"
        ),
        famous=(48,),
        twin=(67,),
        solve=lambda days: days - 1,
    ),
    Problem(
        name="sum-to-n",
        text="Add up all whole numbers from 1 to {0}. What is the sum?",
        famous=(100,),
        twin=(140,),
        solve=lambda n: n * (n + 1) // 2,
    ),
    Problem(
        name="heads-and-legs",
        text=(
            "A cage holds chickens and rabbits: {0} heads and {1} legs in all. How many rabbits "
            "are in it?"
        ),
        famous=(35, 94),
        twin=(38, 98),
        solve=_legs_of_the_second,
    ),
    Problem(
        name="rabbit-months",
        text=(
            "One young pair of rabbits is put in a garden. A pair needs one month to grow up and "
            "from then on brings a new pair every month; none dies. How many pairs are there after "
            "{0} months, if the first month ends with the one pair grown up?"
        ),
        famous=(12,),
        twin=(10,),
        solve=_rabbit_pairs,
    ),
    Problem(
        name="handshakes",
        text=(
            "{0} people meet, and each shakes hands once with each other one. How many handshakes?"
        ),
        famous=(10,),
        twin=(13,),
        solve=lambda people: people * (people - 1) // 2,
    ),
    Problem(
        name="snail",
        text=(
            "A snail sits at the bottom of a well of {0} metres. Each day it climbs {1} metres, "
            "and each night it slides back {2}. On which day does it reach the top?"
        ),
        famous=(30, 3, 2),
        twin=(37, 5, 4),
        solve=_climb_days,
    ),
    Problem(
        name="remainders",
        text=(
            "What is the smallest positive whole number that leaves {0} when divided by 3, {1} "
            "when divided by 5 and {2} when divided by 7?"
        ),
        famous=(2, 3, 2),
        twin=(1, 4, 3),
        solve=_smallest_with_remainders,
    ),
    Problem(
        name="hanoi",
        text=(
            "A tower of {0} discs of different sizes is to be moved from one peg to another with "
            "the help of a third, one disc at a time, never a larger one on a smaller. What is the "
            "smallest number of moves?"
        ),
        famous=(3,),
        twin=(6,),
        solve=lambda discs: 2**discs - 1,
    ),
    Problem(
        name="cats-and-mice",
        text=(
            "{0} cats catch {0} mice in {0} minutes. At that pace, how many cats catch {1} mice in "
            "{1} minutes?"
        ),
        famous=(3, 100),
        twin=(4, 170),
        solve=lambda few, _: few,
    ),
    Problem(
        name="socks",
        text=(
            "A dark drawer holds {0} black and {0} white socks. How many must be taken out, "
            "unseen, to be sure of {1} of one colour?"
        ),
        famous=(10, 2),
        twin=(15, 4),
        solve=lambda _, wanted: 2 * (wanted - 1) + 1,
    ),
    Problem(
        name="squares-on-board",
        text="How many squares of every size are on a board of {0} by {0} fields?",
        famous=(8,),
        twin=(9,),
        solve=lambda side: side * (side + 1) * (2 * side + 1) // 6,
    ),
    Problem(
        name="right-triangle",
        text=(
            "The two shorter sides of a right triangle are {0} and {1} long. How long is the "
            "longest side?"
        ),
        famous=(3, 4),
        twin=(8, 6),
        solve=lambda one, other: math.isqrt(one**2 + other**2),
    ),
    Problem(
        name="knockout",
        text=(
            "{0} players enter a knockout tournament. Every match sends one player home. How many "
            "matches are played until one is left?"
        ),
        famous=(64,),
        twin=(83,),
        solve=lambda players: players - 1,
    ),
    Problem(
        name="fence-posts",
        text=(
            "A straight fence of {0} metres has a post every {1} metres and one at each end. How "
            "many posts does it have?"
        ),
        famous=(100, 10),
        twin=(192, 12),
        solve=lambda length, gap: length // gap + 1,
    ),
    Problem(
        name="log-cuts",
        text=(
            "One cut through a log takes {1} minutes. How many minutes does it take to cut the log "
            "into {0} pieces?"
        ),
        famous=(10, 2),
        twin=(14, 3),
        solve=lambda pieces, minutes: (pieces - 1) * minutes,
    ),
    Problem(
        name="sheep",
        text="A farmer has {0} sheep. All but {1} run away. How many sheep does he have left?",
        famous=(17, 9),
        twin=(26, 8),
        solve=lambda _, left: left,
    ),
    Problem(
        name="clock-strikes",
        text=(
            "A clock needs {1} seconds for {0} strokes, from the first to the last. How many "
            "seconds does it need for {2} strokes?"
        ),
        famous=(6, 30, 12),
        twin=(5, 28, 14),
        solve=lambda few, seconds, many: seconds // (few - 1) * (many - 1),
    ),
    Problem(
        name="factorial-zeros",
        text="With how many zeros does the product of all whole numbers from 1 to {0} end?",
        famous=(100,),
        twin=(130,),
        solve=lambda n: n // 5 + n // 25 + n // 125,
    ),
)
