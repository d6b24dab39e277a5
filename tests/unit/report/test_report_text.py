from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from evals.golden_set import Severity
from evals.report.text import print_report, text_report
from tests.unit.report.factories_cases import CASES
from tests.unit.report.factories_comparison import make_comparison, make_flip, make_task
from tests.unit.report.factories_hostile import hostile
from tests.unit.report.factories_moved import regressed
from tests.unit.report.factories_report import make_report
from tests.unit.report.factories_several import several
from tests.unit.report.factories_unmeasured import no_baseline, pin_broken, storm

SCREENS = [(80, 24), (100, 40), (140, 40)]


def printed(case: str, *, width: int = 80, height: int = 24, **options: bool) -> str:
    console = Console(
        file=io.StringIO(),
        width=width,
        height=height,
        force_terminal=True,
        color_system="truecolor",
        no_color=options.get("no_color", False),
        legacy_windows=False,
    )
    with console.capture() as capture:
        print_report(CASES[case](), console)
    return capture.get()


@pytest.mark.parametrize("screen", SCREENS, ids=str)
@pytest.mark.parametrize("case", CASES)
def test_every_case_fits_its_screen(case: str, screen: tuple[int, int]) -> None:
    width, height = screen
    lines = text_report(CASES[case](), width=width, height=height).splitlines()
    assert len(lines) <= height - 2
    assert max(map(cell_len, lines)) <= width


@pytest.mark.parametrize("case", CASES)
def test_nan_is_never_shown(case: str) -> None:
    assert "nan" not in text_report(CASES[case]()).lower().replace("finance", "")


@pytest.mark.parametrize("case", CASES)
def test_the_first_line_says_verdict_and_why(case: str) -> None:
    report = CASES[case]()
    word = "PIN BROKEN" if report.verdict.pin_broken else report.verdict.kind.upper()
    first = text_report(report).splitlines()[0]
    assert first[1:].startswith(f" {word}: ")
    assert first[0] in "✓▲✗≠?!"


def test_nothing_a_model_wrote_reaches_the_terminal_as_a_control() -> None:
    text = text_report(hostile(), width=100, height=40)
    assert not {c for c in text if ord(c) < 32 and c != "\n"}
    assert "\u202e" not in text


def test_markup_in_an_answer_is_shown_as_it_stands() -> None:
    assert "[bold]markup[/bold] :smile:" in printed("hostile", width=140, height=40)


def test_colour_comes_from_us_alone() -> None:
    assert "\x1b[1;31m✗ REGRESSED:" in printed("regressed")


def test_no_color_leaves_symbol_and_word() -> None:
    shown = printed("regressed", no_color=True)
    assert "\x1b[31m" not in shown
    assert "✗ REGRESSED:" in shown


def test_a_console_without_unicode_gets_ascii() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    print_report(hostile(), Console(file=file, width=80, height=24))
    file.flush()
    assert file.buffer.getvalue().startswith(b"# CHANGED: the endpoint says")


def test_a_file_gets_what_a_terminal_shows_without_colour() -> None:
    plain = io.StringIO()
    print_report(regressed(), Console(file=plain, width=80, height=24))
    assert plain.getvalue() == text_report(regressed(), width=80)


def test_a_first_run_shows_no_empty_columns() -> None:
    text = text_report(no_baseline(), width=80, height=24)
    assert "Could" not in text
    assert "no baseline yet" in text.splitlines()[0]


def test_an_unknown_cost_is_called_unknown() -> None:
    assert "Cost unknown" in text_report(no_baseline())


def test_a_command_is_never_broken() -> None:
    command = "evals baseline bless r-0105 --name january --why " + "x" * 100
    plain = io.StringIO()
    console = Console(file=plain, width=80, height=24, force_terminal=True, color_system=None)
    print_report(make_report(next_steps=((command, "bless"),)), console)
    assert f"  $ {command}\n" in plain.getvalue()


def test_a_storm_shows_its_errors_beside_the_baseline() -> None:
    assert "118 of 138 provider error (85.5 %, baseline 0.1 %, p < 0.001)" in text_report(storm())


def test_a_broken_pin_names_both_models_on_one_line() -> None:
    wanted = "Breaks the pin: served model: gpt-4o-2024-08-06 → gpt-4o-mini-2024-07-18"
    assert wanted in text_report(pin_broken(), width=80, height=24)


def test_each_of_six_tasks_has_one_line_at_80_columns() -> None:
    text = text_report(several(), width=80, height=24)
    for task in several().comparison.tasks:
        rows = [
            line
            for line in text.splitlines()
            if line[:1].strip() and line[2:].startswith(task.task[:13])
        ]
        assert len(rows) == 1


def test_severity_comes_before_surprise() -> None:
    flips = (
        make_flip(item_id="odd", surprise=1e-9),
        make_flip(item_id="dear", surprise=0.1, severity=Severity.HIGH),
        make_flip(item_id="cheap", surprise=1e-12, severity=Severity.LOW),
    )
    text = text_report(make_report(comparison=make_comparison(make_task(flips=flips))))
    assert text.index("/dear") < text.index("/odd") < text.index("/cheap")


def test_figures_are_not_parted_from_their_units() -> None:
    for width in range(60, 120):
        for line in text_report(regressed(), width=width, height=40).splitlines():
            assert not line.endswith((" p", " p <", " to")) or "interval" not in line
            assert not line.lstrip().startswith(("% ", "points"))
