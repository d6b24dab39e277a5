"""What a probe found in a run, beside what it found in the baseline: figures and charts."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from evals.probes.answer import answers_of
from evals.probes.probe import KnowsPromise, ReadsBothSides

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.golden_set import Item
    from evals.probes.answer import Answer
    from evals.probes.probe import Chart, Figure, Probe, Published
    from evals.records import SampleRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One figure of the run, and the mean of the same figure over the baseline's passes.

    ``before`` is None without a baseline, and where no pass could tell it.
    """

    now: Figure
    before: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """Everything that a report shows of one probe.

    Attributes:
        task: The name of the task in the run.
        version: Of the questions that were asked.
        summary: One sentence on what the probe asks.
        figures: The headline first.
        charts: Of this run.
        charts_before: The same charts of the baseline's latest pass; empty without one.
        published: What others measured.
    """

    task: str
    version: str
    summary: str
    figures: tuple[Found, ...]
    charts: tuple[Chart, ...]
    charts_before: tuple[Chart, ...]
    published: tuple[Published, ...]


def findings_of(
    probe: Probe,
    *,
    task: str,
    version: str,
    run: Sequence[SampleRecord],
    passes: Sequence[Sequence[SampleRecord]],
    items: Mapping[str, Item],
    advertised_tokens: int | None = None,
) -> Findings:
    """Read what a probe found.

    Args:
        probe: The probe.
        task: The name of its task in the run.
        version: The label of its questions.
        run: The first look of that task in the run.
        passes: The first look of that task in each run of the baseline, oldest first; those that
            asked other questions are to be left out.
        items: Every item by content digest.
        advertised_tokens: The context that the endpoint's provider promises, where it is known.
    """
    answers = answers_of(run, items)
    before = [answers_of(one, items) for one in passes if one]
    figures = _figures(probe, answers, advertised_tokens)
    if before and isinstance(probe, ReadsBothSides):
        figures = (*figures, *probe.beside(answers, before))
    earlier = [{f.name: f.value for f in _figures(probe, one, advertised_tokens)} for one in before]
    return Findings(
        task=task,
        version=version,
        summary=probe.summary,
        figures=tuple(
            Found(now=figure, before=_mean([one.get(figure.name) for one in earlier]))
            for figure in figures
        ),
        charts=probe.charts(answers),
        charts_before=probe.charts(before[-1]) if before else (),
        published=probe.published,
    )


def _figures(
    probe: Probe, answers: Sequence[Answer], advertised_tokens: int | None
) -> tuple[Figure, ...]:
    """Return the figures of one run, and that against the promise where there is one."""
    figures = probe.figures(answers)
    if advertised_tokens is None or not isinstance(probe, KnowsPromise):
        return figures
    return (*figures, probe.promised(answers, advertised_tokens))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
