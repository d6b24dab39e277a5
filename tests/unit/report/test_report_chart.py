from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from evals.compare import Estimate
from evals.report.chart import Axis, Bar, ChartRow, axis_of, chart
from tests.unit.report.factories_comparison import make_comparison, make_task
from tests.unit.report.factories_moved import regressed
from tests.unit.report.factories_report import make_report
from tests.unit.report.factories_unmeasured import no_baseline

RATES = st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(sorted)


@given(RATES)
def test_every_interval_lies_on_the_axis(rates: list[float]) -> None:
    low, rate, high = rates
    row = ChartRow(
        name="x",
        symbol="",
        word="",
        tone="good",
        sentence="",
        run=Bar(rate=rate, low=low, high=high),
    )
    axis = axis_of([row])
    assert 0 <= axis.low <= low + 0.001
    assert high - 0.001 <= axis.high <= 1
    assert axis.high - axis.low > 0.19
    assert 2 <= len(axis.ticks) <= 6


def test_positions_follow_the_rates() -> None:
    axis = Axis(low=0.6, high=1.0)
    assert [axis.x(rate) for rate in (0.6, 0.8, 1.0)] == ["4.00%", "50.00%", "96.00%"]


def test_the_figure_can_be_read_aloud() -> None:
    svg = chart(regressed())
    assert "<title id=" in svg
    assert "support-faq: 84.0 % (77.3 to 89.0 %), baseline 92.4 % (87.1 to 95.7 %)." in svg


def test_without_a_baseline_there_is_one_dot() -> None:
    assert len(re.findall("<circle", chart(no_baseline()))) == 1


def test_without_a_score_there_is_no_figure() -> None:
    nothing = Estimate(rate=None, low=0.0, high=1.0, n=0)
    task = make_task(score=nothing, baseline_score=None, check=None, answers=None)
    assert not chart(make_report(comparison=make_comparison(task)))


def test_a_hostile_task_name_is_text() -> None:
    task = make_task(task="<script>\x1b")
    assert "&lt;script&gt;\\x1b" in chart(make_report(comparison=make_comparison(task)))
