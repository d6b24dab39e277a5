"""The demo without the real model: three acts, three verdicts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.acceptance.factories_cli import a_project

if TYPE_CHECKING:
    from pathlib import Path


def test_the_simulated_demo_tells_nothing_from_other_answers_from_a_loss(tmp_path: Path) -> None:
    demo = a_project(tmp_path / "project").started("demo", "--simulated")
    said, complaints = demo.communicate(timeout=600)
    assert demo.returncode == 0, complaints
    table = r"^   (\S.*?) +[\d.]+% -> [\d.]+% +(\w+) +(silence|alarm)$"
    assert re.findall(table, said, re.MULTILINE) == [
        ("nothing", "ok", "silence"),
        ("Other mistakes", "changed", "silence"),
        ("A loss of skill", "regressed", "alarm"),
    ]
