"""Our golden sets under Inspect's own command line, and a command line of ours without Inspect."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from inspect_ai.log import list_eval_logs, read_eval_log

from evals.shipped import find_golden_set
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.running import running_simulator


def test_inspect_eval_finds_our_golden_sets_by_name(tmp_path: Path) -> None:
    items = find_golden_set("arithmetic", []).golden_set.items
    with running_simulator(SimulatorConfig(knowledge=knowledge_of(items))) as simulator:
        ended = subprocess.run(
            [
                Path(sys.executable).with_name("inspect"),
                *("eval", "pinwatch/golden", "-T", "name=arithmetic", "--limit", "3"),
                *("--model", "openai-api/sim/x", "--model-base-url", simulator.openai_base_url),
                *("--log-dir", str(tmp_path / "logs"), "--display", "plain"),
            ],
            cwd=tmp_path,
            env=os.environ | {"SIM_API_KEY": "k", "XDG_DATA_HOME": str(tmp_path)},  # noqa: TID251 - what a shell hands on
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert len(simulator.requests) == 3
    (log,) = list_eval_logs(str(tmp_path / "logs"))
    results = read_eval_log(log).results
    assert results is not None
    assert results.scores[0].scored_samples == 3


def test_the_command_line_and_the_pipeline_never_load_inspect_themselves() -> None:
    program = (
        "import sys, service.cli.main, service.cli.run, service.cli.runs, service.pipeline\n"
        "loaded = {'inspect_ai', 'openai', 'anthropic'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {loaded}' if loaded else 0)"
    )
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
