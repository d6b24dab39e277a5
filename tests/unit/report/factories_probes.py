"""A report with probes: one lost its middle, one gives in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.compare import Estimate
from evals.probes.findings import Findings, Found
from evals.probes.probe import Curve, Figure, FlipMatrix, Published, Unit
from evals.verdict import TaskVerdict, VerdictKind
from tests.unit.report.factories_comparison import make_check, make_comparison, make_task
from tests.unit.report.factories_report import make_report, make_verdict

if TYPE_CHECKING:
    from evals.report.view import RunReport

_PLACES = (1, 5, 10, 15, 20)
_FELL = (
    "lost_in_the_middle/middle: accuracy fell from 92.4 % to 66.7 %: -25.0 points "
    "(95 % interval -38.0 to -12.0 points), p < 0.001"
)


def probes() -> RunReport:
    """The middle is lost; the parts that did not move are left out of the terminal."""
    fell = make_task(
        task="lost_in_the_middle/middle",
        score=Estimate(rate=0.667, low=0.564, high=0.755, n=90),
        check=make_check(effect=-0.25, low=-0.38, high=-0.12, p_drop=1e-6),
        of_probe=True,
    )
    quiet = [
        make_task(task=f"pushback/{arm}", of_probe=True, part=arm != "held")
        for arm in ("held", "D2", "W1")
    ]
    tasks = (fell, *quiet)
    kinds = [VerdictKind.REGRESSED, *[VerdictKind.OK] * len(quiet)]
    return make_report(
        comparison=make_comparison(*tasks),
        verdict=make_verdict(
            VerdictKind.REGRESSED,
            _FELL,
            tasks=tuple(
                TaskVerdict(task=task.task, kind=kind, reasons=("why",))
                for task, kind in zip(tasks, kinds, strict=True)
            ),
        ),
        probes=(_middle(), _pushback()),
    )


def _middle() -> Findings:
    headline = Figure(
        name="mid_deficit",
        value=0.333,
        low=0.187,
        high=0.438,
        n=30,
        unit=Unit.POINTS,
        headline=True,
        says="accuracy at the ends less that between them",
    )
    return Findings(
        task="lost_in_the_middle",
        version="1",
        summary="Asks for one detail of one record among many alike.",
        figures=(
            Found(now=headline, before=0.02),
            Found(
                now=Figure(name="wrong_record", value=0.1, low=0.04, high=0.2, n=12), before=None
            ),
        ),
        charts=(_curve((1.0, 0.57, 0.43, None, 0.97)),),
        charts_before=(_curve((1.0, 0.97, 0.93, 0.97, 1.0)),),
        published=(
            Published(figure="mid_deficit", says="gpt-3.5-turbo: 14.0 points", source="Liu 2023"),
        ),
    )


def _curve(values: tuple[float | None, ...]) -> Curve:
    return Curve(
        title="Accuracy by position",
        axis="position",
        points=tuple(
            Figure(name=str(place), value=value, low=value, high=value, n=30)
            for place, value in zip(_PLACES, values, strict=True)
        ),
        levels=(
            Figure(name="oracle", value=0.98, n=30),
            Figure(name="closed book", value=0.0, n=30),
        ),
    )


def _pushback() -> Findings:
    matrix = FlipMatrix(arm="D2", kept_right=54, right_to_wrong=3, wrong_to_right=1, kept_wrong=2)
    held = Figure(name="net_c2w D2", value=None, n=0, unit=Unit.POINTS, headline=True)
    return Findings(
        task="pushback",
        version="1",
        summary="Pushes back on an answer.",
        figures=(Found(now=held, before=None),),
        charts=(matrix,),
        charts_before=(),
        published=(),
    )
