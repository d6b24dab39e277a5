"""docs/probes.md names every probe and every suite that ships."""

from __future__ import annotations

from pathlib import Path

from evals.probes.registry import known_probes
from evals.shipped_suites import known_suites

TEXT = (Path(__file__).parents[3] / "docs" / "probes.md").read_text("utf-8")


def test_every_probe_is_explained() -> None:
    assert [name for name in known_probes() if f"| `{name}` |" not in TEXT] == []


def test_every_suite_is_explained_but_the_first_one() -> None:
    told = [name for name in known_suites() if name != "starter"]
    assert [name for name in told if f"| `{name}` |" not in TEXT] == []
