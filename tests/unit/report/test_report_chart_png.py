from __future__ import annotations

import struct

import pytest

from evals.report.chart import chart_rows, height_of
from evals.report.chart_png import chart_card, chart_png
from tests.unit.report.factories_moved import regressed
from tests.unit.report.factories_report import make_report
from tests.unit.report.factories_several import several


@pytest.mark.parametrize("report", [make_report(), regressed(), several()])
def test_a_picture_is_three_pixels_a_point_and_as_wide_as_a_phone(report: object) -> None:
    rows = chart_rows(report)  # type: ignore[arg-type]  # a report
    png = chart_png(rows, title="Scores")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert width == 3 * 360
    assert height == 3 * (height_of(rows) + 36 + 30 + 12)
    assert len(png) < 1_000_000


def test_without_scores_there_is_no_picture() -> None:
    assert chart_png((), title="Scores") == b""


def test_the_card_is_the_chart_of_the_page_with_a_ground_of_its_own() -> None:
    card = chart_card(chart_rows(regressed()), title="Scores: <b> & more")
    assert 'fill="#ffffff"' in card
    assert card.count('<g class="run bad">') == 1
    assert "Scores: &lt;b&gt; &amp; more" in card
    assert "this run" in card
