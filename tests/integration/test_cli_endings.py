"""How a command ends when its output, its temporary folder or its configuration is not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EVALS = f"{sys.executable} -c 'from service.cli.main import main; main()'"
BROKEN = f"""{sys.executable} -c '
import service.cli.main as m
def broken(**options): raise RuntimeError("a bug")
m._app = broken
m.main()'"""
SCHEMA = "config schema"
"""A long output, in one piece."""


def typed(line: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a line as a shell with `pipefail` does."""
    return subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", line],
        cwd=folder,
        env={
            "PATH": os.defpath,
            "HOME": str(folder),
            "EVALS_DATA_DIR": str(folder / "data"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the full device is Linux's")
@pytest.mark.parametrize("words", [SCHEMA, "runs list", "--help", "--version"])
def test_a_full_disk_under_the_output_is_one_sentence(tmp_path: Path, words: str) -> None:
    ended = typed(f"{EVALS} {words} > /dev/full", tmp_path)
    assert ended.returncode == 3
    assert ended.stderr == (
        "evals: the output is lost: No space left on device. What is stored is safe.\n"
    )


@pytest.mark.parametrize("words", [SCHEMA, "runs list", "--help"])
def test_a_reader_that_is_gone_ends_a_command_quietly_and_is_no_verdict(
    tmp_path: Path, words: str
) -> None:
    # The command starts once its reader has ended.
    ended = typed(
        f"(until [ -e gone ]; do :; done; {EVALS} {words}) | (exec <&-; > gone)", tmp_path
    )
    assert (ended.returncode, ended.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the full device is Linux's")
def test_a_command_that_nobody_can_hear_keeps_its_exit_code(tmp_path: Path) -> None:
    assert typed(f"{EVALS} runs show nosuch 2> /dev/full", tmp_path).returncode == 2


def test_what_broke_is_told_though_no_report_can_be_written(tmp_path: Path) -> None:
    told = typed(BROKEN, tmp_path)
    assert told.returncode == 3
    assert "RuntimeError: a bug. What is stored is safe. Please report it with" in told.stderr
    ended = typed(
        BROKEN.replace(
            "m.main()", "import tempfile\ntempfile.tempdir = chr(47) + chr(48)\nm.main()"
        ),
        tmp_path,
    )
    assert ended.returncode == 3
    assert ended.stderr.count("\n") == 1
    assert "RuntimeError: a bug (<string>:3). What is stored is safe. No report" in ended.stderr


def test_only_the_default_configuration_may_be_missing(tmp_path: Path) -> None:
    assert typed(f"{EVALS} run x --suite arithmetic --dry-run", tmp_path).returncode == 2
    found = typed(f"{EVALS} run openai/gpt-4o-2024-08-06 --suite arithmetic --dry-run", tmp_path)
    assert found.returncode == 0, found
    for line in ("", "--config nope.yaml"):
        ended = typed(
            f"{EVALS} run openai/gpt-4o-2024-08-06 --suite arithmetic --dry-run {line}",
            tmp_path,
            EVALS_CONFIG="/nope.yaml",
        )
        assert ended.returncode == 2
        assert "the configuration cannot be read: No such file" in ended.stderr
