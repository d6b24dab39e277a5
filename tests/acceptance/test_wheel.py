"""From a wheel, outside the checkout: the package data is there and the commands find it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evals.shipped import known_golden_sets

PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
OFFLINE = ("--no-index", "--no-deps")


@pytest.fixture(scope="module")
def installed(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel holds; everything else comes from this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    built, target = folder / "dist", folder / "site"
    _run(*PIP, "wheel", *OFFLINE, "--no-build-isolation", "-w", str(built), str(repository))
    (wheel,) = built.iterdir()
    _run(*PIP, "install", *OFFLINE, "--no-compile", "--target", str(target), str(wheel))
    return target


def test_a_wheel_carries_golden_sets_suites_and_migrations(installed: Path, tmp_path: Path) -> None:
    def evals(words: str) -> str:
        return _run(str(installed / "bin" / "evals"), *words.split(), at=tmp_path, site=installed)

    origin = "import evals, service; print(evals.__file__, service.__file__)"
    places = _run(sys.executable, "-c", origin, at=tmp_path, site=installed).split()
    assert all(Path(place).is_relative_to(installed) for place in places)
    listed = evals("golden list")
    assert all(name in listed for name in known_golden_sets([]))
    assert "problem" not in evals("golden check")
    evals("db upgrade")
    assert (tmp_path / "data" / "pinwatch.db").is_file()
    assert "support-faq" in evals("run openai/gpt-4o-2024-08-06 --suite starter --dry-run")


def _run(*words: str, at: Path | None = None, site: Path | None = None) -> str:
    done = subprocess.run(
        words,
        cwd=at,
        env={
            "PATH": os.defpath,
            "HOME": str(at or Path.home()),
            **({"PYTHONPATH": str(site)} if site else {}),
            **({"EVALS_DATA_DIR": str(at / "data")} if at else {}),
        },
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done
    return done.stdout
