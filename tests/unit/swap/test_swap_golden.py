"""Every form of every swap, against files that a person has read.

After a wanted change: delete the files under ``golden/``, run this once (it writes what is missing
and fails), read the difference, commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.swap import swap_json, swap_markdown, swap_text
from tests.unit.swap.factories_swap import CASES

GOLDEN = Path(__file__).parent / "golden"
FORMS = {"md": swap_markdown, "json": swap_json}


def assert_golden(path: Path, text: str) -> None:
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        pytest.fail(f"{path.name} was missing and is written now; read it, then run again")
    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES)
def test_a_form_is_what_was_read_and_agreed(case: str, form: str) -> None:
    assert_golden(GOLDEN / f"{case}.{form}", FORMS[form](CASES[case]()))


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("case", CASES)
def test_a_screen_is_what_was_read_and_agreed(case: str, width: int) -> None:
    assert_golden(GOLDEN / f"{case}.{width}.txt", swap_text(CASES[case](), width=width, height=24))
