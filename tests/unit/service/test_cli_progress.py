from __future__ import annotations

import io

from rich.console import Console

from service.cli.progress import RunProgress
from tests.factories import a_sample, an_item


def lines_of(*costs: float | None, done: int = 0, spent_usd: float | None = 0.0) -> list[str]:
    """What a log shows of a run of ten samples."""
    out = io.StringIO()
    console = Console(file=out, width=200)
    progress = RunProgress(console, total=10, label="run", done=done, spent_usd=spent_usd)
    with progress:
        for cost in costs:
            progress.sample(a_sample(an_item(1), cost_usd=cost))
    return out.getvalue().splitlines()


def test_a_resumed_run_goes_on_from_what_was_done_and_spent() -> None:
    first, last = lines_of(0.5, done=6, spent_usd=1.0)
    assert first.startswith("run: 6/10  0.0/s")
    assert first.endswith("$1.0000")
    assert last.startswith("run: 7/10")
    assert "$1.5000" in last


def test_a_line_that_says_nothing_new_is_not_repeated() -> None:
    assert len(lines_of()) == 1
    assert len(lines_of(0.5)) == 2


def test_a_cost_that_is_unknown_once_stays_unknown() -> None:
    assert "$0.0000" in lines_of()[0]
    assert "cost unknown" in lines_of(None, 0.5)[-1]
    assert all("cost unknown" in line for line in lines_of(0.0, spent_usd=None))
