"""docs/api.md names every route with its scope, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from service.api import failures
from service.api.app import document
from service.api.outermost import MAX_BODY_BYTES
from service.api.paging import MOST_ROWS
from service.api.shapes.problem import EXAMPLE
from tests.databases import opened
from tests.integration.api_factories import an_api

if TYPE_CHECKING:
    import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
_ROUTE = re.compile(r"`(GET|POST|PUT) (/[^`]*)`")


def told() -> dict[tuple[str, str], str]:
    rows = [line.split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    return {
        (method, path): row[2].strip() for row in rows for method, path in _ROUTE.findall(row[1])
    }


def test_the_page_tells_every_route_with_its_scope(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with opened(f"sqlite:///{sqlite_template}") as engine:
        described = document(an_api(engine, tmp_path_factory.mktemp("api")).app)
    there = {
        (method.upper(), path.removeprefix("/api/v1")): operation["security"][0]["token"][0]
        for path, item in described["paths"].items()
        for method, operation in item.items()
    }
    assert told() == there


def test_the_page_s_figures_are_the_code_s() -> None:
    assert f"`limit` is {MOST_ROWS} at most" in PAGE
    assert f"{MAX_BODY_BYTES // 1024} KiB at most" in PAGE
    assert f"After {failures.MOST_FAILURES} bad tokens within a minute" in PAGE
    assert str(EXAMPLE["detail"]) in PAGE
