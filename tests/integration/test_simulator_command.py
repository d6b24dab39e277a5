"""`evals simulate` and the simulator as a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest
import yaml

from evals.config import Config
from evals.errors import EngineError
from evals.simulator.running import running_simulator

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = (sys.executable, "-c", "from service.cli.main import main; main()", "simulate")


def _started(*options: str, cwd: Path) -> tuple[subprocess.Popen[str], str]:
    """Start the command and return it with all that it says before it is ready."""
    process = subprocess.Popen([*COMMAND, *options], cwd=cwd, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ready"):
            break
    return process, "".join(said)


def _answer(url: str, prompt: str) -> str:
    body = {"model": "m", "messages": [{"role": "user", "content": prompt}]}
    request = urllib.request.Request(  # noqa: S310 - our own loopback address
        f"{url}/chat/completions",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 - as above
        text: str = json.load(response)["choices"][0]["message"]["content"]
        return text


def _golden_set(folder: Path) -> Path:
    golden = folder / "capitals"
    golden.mkdir()
    (golden / "manifest.yaml").write_text("name: capitals\nversion: 1.0.0\nscorer: exact\n")
    item = {"id": "peru", "input": "Capital of Peru?", "target": "Lima"}
    (golden / "items.jsonl").write_text(json.dumps(item) + "\n")
    return golden


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_command_answers_a_golden_set_and_stops_cleanly(
    tmp_path: Path, stop: signal.Signals
) -> None:
    process, said = _started("--golden-set", str(_golden_set(tmp_path)), cwd=tmp_path)
    endpoints = yaml.safe_load(said.partition("evals.yaml:\n")[2].partition("Ready")[0])
    endpoint = Config.model_validate(endpoints).endpoints["simulator"]
    assert endpoint.base_url is not None
    with process:
        assert _answer(endpoint.base_url, "Capital of Peru?") == "Lima"
        process.send_signal(stop)
        assert process.wait(20) == 0


def test_the_command_replays_a_recorded_version(tmp_path: Path) -> None:
    row = {"prompt": "Q", "answers": {"old": "was", "new": "is"}}
    (tmp_path / "recorded.jsonl").write_text(json.dumps(row) + "\n")
    options = ("--replay", "recorded.jsonl", "--version", "old", "--mix", "new=1")
    process, said = _started(*options, cwd=tmp_path)
    with process:
        assert _answer(said.split()[2], "Q") == "is"
        process.terminate()


def test_a_port_that_is_taken_is_named() -> None:
    with running_simulator() as first:
        port = int(first.url.rpartition(":")[2])
        with (
            pytest.raises(EngineError, match=f"port {port} is taken"),
            running_simulator(port=port),
        ):
            pass


def test_a_persona_is_read_from_a_file_and_refined_by_later_options(tmp_path: Path) -> None:
    (tmp_path / "weak.yaml").write_text("skill: 0.0\nformat: bold\n")
    golden = str(_golden_set(tmp_path))
    options = ("--golden-set", golden, "--persona", "weak.yaml", "--persona", "skill=1")
    process, said = _started(*options, cwd=tmp_path)
    with process:
        assert _answer(said.split()[2], "Capital of Peru?") == "**Lima**"
        process.terminate()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--golden-set", "nowhere"), "golden set 'nowhere' is unknown"),
        (("--persona", "skil=1"), "skil"),
        (("--change", "after=5,skill=2"), "skill"),
        (("--fault", "fire"), "rate_limit"),
        (("--replay", "nowhere.jsonl"), "nowhere.jsonl"),
        (("--version", "gpt-4-0314"), "no answers of 'gpt-4-0314' are recorded"),
        (("--mix", "gpt-4"), "VERSION=SHARE"),
    ],
)
def test_a_wrong_option_is_one_sentence_and_exit_code_2(
    tmp_path: Path, options: tuple[str, ...], complaint: str
) -> None:
    finished = subprocess.run(
        [*COMMAND, *options], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert finished.returncode == 2
    assert complaint in finished.stderr
    assert "Traceback" not in finished.stderr
