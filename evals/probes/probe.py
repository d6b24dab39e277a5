"""The treaty of a probe: what it asks, and how its answers become series, figures and charts.

A probe is a golden set that is generated, and a reading of its answers. Whatever asks, stores,
resumes, compares and judges a golden set does the same for a probe, series by series.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from evals.probes.answer import ENOUGH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from evals.golden_set import Item
    from evals.probes.answer import Answer
    from evals.records import SampleRecord


class Better(StrEnum):
    """Which way a series improves."""

    HIGHER = "higher"
    """More is better: a fall is ``regressed``, a rise ``improved``."""
    NEITHER = "neither"
    """It only describes: a fall and a rise are both ``changed``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """One series of a probe, as samples that are tested like those of a golden set.

    Attributes:
        name: Short and stable; with the probe's name before it, the name of the series.
        rows: One a question and epoch, `evals.probes.answer.regraded` where the outcome is not
            simply right or wrong. What the series cannot use is left out: missing, never wrong.
        better: Which way it improves.
        headline: It is the figure by which the probe is known.
    """

    name: str
    rows: tuple[SampleRecord, ...]
    better: Better = Better.HIGHER
    headline: bool = False


class Unit(StrEnum):
    """What the number of a figure counts."""

    SHARE = "share"
    """0 to 1, shown in percent."""
    POINTS = "points"
    """A difference of shares, -1 to 1, shown in percentage points."""
    NUMBER = "number"
    """Counts, tokens, characters: shown as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A named figure of a run, with its 95 % interval and its denominator.

    Attributes:
        name: As in the protocol: ``net_c2w A1``, ``mid_deficit``.
        value: None where it cannot be told.
        low: Lower end of the interval; None where there is none.
        high: Upper end of it.
        n: Questions it stands on; under 20 it is shown as insufficient.
        unit: What it counts.
        headline: It is the figure by which the probe is known.
        says: What it means, in a few words, where its name does not.
        label: Shown in the place of the number, where words tell more than it: ``>16K``.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int
    unit: Unit = Unit.SHARE
    headline: bool = False
    says: str = ""
    label: str = ""

    @property
    def insufficient(self) -> bool:
        """Whether it stands on fewer than 20 questions: neither 0 nor 1, but unknown."""
        return self.n < ENOUGH


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Accuracy along an axis: a position, a length.

    Attributes:
        title: Of the chart.
        axis: What ``points`` are told apart by.
        points: One figure a place on the axis, in its order; the figure's name is the tick.
        levels: Horizontal lines to read the curve against: oracle, closed book, a threshold.
    """

    title: str
    axis: str
    points: tuple[Figure, ...]
    levels: tuple[Figure, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FlipMatrix:
    """Correct and wrong before and after, in one arm: four counts of questions."""

    arm: str
    kept_right: int
    right_to_wrong: int
    wrong_to_right: int
    kept_wrong: int


Chart: TypeAlias = "Curve | FlipMatrix"


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A figure that others measured, to read ours beside.

    ``figure`` is the name of ours, ``says`` whole words: ``gpt-4o: 8 %``, ``source`` where it
    stands: ``arXiv 2311.08596``.
    """

    figure: str
    says: str
    source: str


@runtime_checkable
class ReadsBothSides(Protocol):
    """A probe with figures that need the baseline's answers beside the run's."""

    def beside(
        self, answers: Sequence[Answer], passes: Sequence[Sequence[Answer]]
    ) -> tuple[Figure, ...]:
        """Compute them; ``passes`` are the baseline's, at least one."""
        ...


@runtime_checkable
class KnowsPromise(Protocol):
    """A probe with a figure that is held against what the endpoint's provider promises."""

    def promised(self, answers: Sequence[Answer], advertised_tokens: int) -> Figure:
        """Compute it; ``advertised_tokens`` is the context that the provider promises."""
        ...


class Probe(Protocol):
    """What each room under `evals.probes` offers, as its ``PROBE``."""

    @property
    def name(self) -> str:
        """The name in suites, reports and commands."""
        ...

    @property
    def version(self) -> str:
        """Moves with prompts, generator, parser or figures."""
        ...

    @property
    def summary(self) -> str:
        """One sentence: what it asks and what that shows."""
        ...

    @property
    def options_type(self) -> type[BaseModel]:
        """Its options in a suite: frozen, unknown keys refused, every field with a default."""
        ...

    @property
    def epochs(self) -> int:
        """How often it asks each item in one run; 1 unless repetition is what it measures."""
        ...

    @property
    def published(self) -> tuple[Published, ...]:
        """What others measured."""
        ...

    def items(self, options: BaseModel) -> tuple[Item, ...]:
        """Generate the questions: the same bytes for the same options, on every machine."""
        ...

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Turn answers into series; the names depend on the items alone, not on the replies."""
        ...

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Compute the figures of the protocol, the headline first."""
        ...

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:
        """Return what is worth drawing; empty where nothing is."""
        ...
