"""What the README tells people to type is typed here, in its order."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from evals.shipped import find_golden_set
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import running_simulator

EVALS = Path(sys.executable).with_name("evals")
EXPECTED = {"run": {0, 3}}
"""A run without a baseline, or with two passes of one, is inconclusive; the rest must succeed."""


def test_the_commands_of_the_readme_work_in_their_order(repository: Path, tmp_path: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    knowledge = knowledge_of(find_golden_set("arithmetic", []).golden_set.items)
    with running_simulator(SimulatorConfig(knowledge=knowledge)) as simulator:
        simulator.behave(skill=0.9)
        (config,) = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
        for command in re.findall(r"^\$ evals (.*)$", readme, re.MULTILINE):
            if command.endswith("&"):
                (tmp_path / "evals.yaml").write_text(
                    config.replace("http://127.0.0.1:8899/v1", simulator.openai_base_url)
                )
                continue
            _type(command, tmp_path)
    assert (tmp_path / "report.html").is_file()


def test_the_table_of_golden_sets_counts_their_items(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", readme, re.MULTILINE)
    counted = [(name, str(len(find_golden_set(name, []).golden_set.items))) for name, _ in rows]
    assert len(rows) == 7
    assert rows == counted


def _type(command: str, folder: Path) -> None:
    words = shlex.split(command)
    runs = iter(_run_ids(folder) if "RUN" in words else [])
    words = [next(runs) if word == "RUN" else word for word in words]
    done = _evals(words, folder)
    if done.returncode not in EXPECTED.get(words[0], {0}):
        pytest.fail(f"evals {command}\nexit {done.returncode}\n{done.stdout}{done.stderr}")


def _run_ids(folder: Path) -> list[str]:
    listed = json.loads(_evals(["runs", "list", "--json"], folder).stdout)
    return [run["id"] for run in listed]


def _evals(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(EVALS), *words],
        cwd=folder,
        env={**os.environ, "EVALS_DATA_DIR": str(folder / "data")},  # noqa: TID251 - a child's
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
