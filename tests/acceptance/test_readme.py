"""What the README tells people to type is typed here, in its order."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from evals.shipped import find_golden_set
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import running_simulator

EVALS = Path(sys.executable).with_name("evals")
SAID = {
    "config init": "evals.yaml",
    "run acme --suite arithmetic --dry-run": " 120 ",
    "baseline build acme": "Blessed: baseline acme-arithmetic, 6 passes.",
    "run acme --suite arithmetic -o report.html": "✓ OK: no change beyond noise; a drop of ",
    "alerts preview --example regressed": "REGRESSED",
}
"""What each command of the quickstart must say, by how it begins; `serve`, which goes on for good,
has tests of its own."""


def test_the_commands_of_the_readme_work_in_their_order(repository: Path, tmp_path: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    knowledge = knowledge_of(find_golden_set("arithmetic", []).golden_set.items)
    commands = re.findall(r"^\$ evals (?!serve$)(.*[^&])$", readme, re.MULTILINE)
    endpoints, schedules = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    assert len(commands) == len(SAID)
    with running_simulator(SimulatorConfig(knowledge=knowledge)) as simulator:
        simulator.behave(skill=0.9)
        for command, (start, said) in zip(commands, SAID.items(), strict=True):
            assert command.startswith(start)
            assert said in _type(command, tmp_path)
            config = endpoints.replace("http://127.0.0.1:8899/v1", simulator.openai_base_url)
            (tmp_path / "evals.yaml").write_text(config + schedules)
    assert (tmp_path / "report.html").is_file()


def test_the_table_of_golden_sets_counts_their_items(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", readme, re.MULTILINE)
    counted = [(name, str(len(find_golden_set(name, []).golden_set.items))) for name, _ in rows]
    assert len(rows) == 7
    assert rows == counted


def _type(command: str, folder: Path) -> str:
    """Run a command that must succeed; return what it said."""
    done = subprocess.run(
        [str(EVALS), *shlex.split(command)],
        cwd=folder,
        env={**os.environ, "EVALS_DATA_DIR": str(folder / "data")},  # noqa: TID251 - a child's
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, (command, done)
    return done.stdout
