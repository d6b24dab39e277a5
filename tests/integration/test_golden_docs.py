from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from evals.golden.folder import parse_golden_set
from service.cli.golden import app

if TYPE_CHECKING:
    import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "golden-sets.md").read_text()
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str, text: str = PAGE) -> list[str]:
    return [body for found, body in BLOCK.findall(text) if found == kind]


def test_the_files_shown_are_files_that_can_be_read() -> None:
    manifest, golden_set = parse_golden_set(blocks("yaml")[0], blocks("json")[0])
    assert manifest.name == "support-faq"
    assert [item.id for item in golden_set.items] == ["refund-days", "refund-cost"]


def test_the_items_shown_use_every_field() -> None:
    used = {key for line in blocks("json")[0].splitlines() for key in json.loads(line)}
    rows = PAGE.split("## items.jsonl")[1].split("## Versions")[0]
    assert used == set(re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE))


def test_the_worked_example_prints_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    example = PAGE.split("## A worked example")[1]
    Path("sums.csv").write_text(blocks("csv", example)[0])
    for session in blocks("", example):
        run(session)
        items = Path("golden_sets/sums/items.jsonl")
        items.write_text(items.read_text().replace("391", "392"))


def run(session: str) -> None:
    for part in session.split("$ evals golden ")[1:]:
        command, _, shown = part.partition("\n")
        printed = CliRunner().invoke(app, shlex.split(command)).output
        assert printed.split() == shown.split()
