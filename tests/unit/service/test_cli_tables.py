from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from evals.verdict import VerdictKind
from service.cli import context
from service.cli.monitors import monitor_table
from service.cli.run_views import run_table
from service.monitors import Monitor
from tests.factories import a_run

ID = "20261122-0753-ab12"
RUN = replace(a_run(), id=ID, endpoint="openai/gpt-4o-2024-08-06", suite="support-and-extraction")


def printed(table: object) -> str:
    out = io.StringIO()
    Console(file=out, width=80, force_terminal=True, no_color=True).print(table)
    return out.getvalue()


@pytest.mark.parametrize("kind", VerdictKind)
def test_a_narrow_screen_shows_run_ids_and_verdicts_whole(kind: VerdictKind) -> None:
    shown = printed(run_table([RUN], {ID: kind}))
    assert ID in shown
    assert kind.value in shown


def test_a_narrow_screen_shows_since_which_run_a_series_has_been_lower() -> None:
    onset = "20260901-0000-cd34"
    fell = {"p_week": 1e-9, "onset_run": onset}
    monitor = Monitor(
        run=RUN,
        task="extraction",
        series="states:content_filter",
        runs=12,
        baseline=None,
        level=0.001,
        fell=fell,
        rose={"p_week": 0.5, "onset_run": None},
    )
    shown = printed(monitor_table([monitor]))
    assert all(whole in shown for whole in (ID, onset, "lower"))


def test_a_pipe_gets_whole_cells(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    long = replace(RUN, endpoint="e" * 90)
    context.print_table(run_table([long], {ID: VerdictKind.REGRESSED}))
    assert long.endpoint in capsys.readouterr().out
