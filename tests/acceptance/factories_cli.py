"""A project folder with an `evals.yaml`, and the command line as a person meets it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from evals.golden.folder import parse_golden_set
from evals.simulator.behaviour import Behaviour
from evals.simulator.endpoint import SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.persona import Persona
from tests.acceptance.command_line import Said, said_here

if TYPE_CHECKING:
    from collections.abc import Callable


EVALS = Path(sys.executable).with_name("evals")
ITEMS = 40
MANIFEST = 'name: facts\nversion: "1.0.0"\nscorer: {type: exact, answer: whole}\n'
RUN = ("run", "--fixed", "1")
"""A run that asks each item once and judges at once: a test can count what was asked."""
COARSE = {"smallest_effect_points": 40}
"""Two passes over forty items see no small drop; the policy does not pretend that they could."""
STEADY = Behaviour(persona=Persona(skill=0.85))
"""Right on most items and the same to the byte each time: nothing changes by chance."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """A folder in which a person types `evals ...`; its store is in it too."""

    folder: Path
    environment: dict[str, str]

    def evals(self, *words: str | Path, **variables: str) -> Said:
        """Run a command to its end, here. Whatever happens, nobody may see a traceback."""
        said = said_here(
            [str(word) for word in words],
            folder=self.folder,
            environment=self.environment | variables,
        )
        assert "Traceback" not in said.out + said.err, said
        return said

    def process(self, *words: str | Path, **variables: str) -> Said:
        """Run a command to its end in a process of its own."""
        finished = subprocess.run(
            [EVALS, *map(str, words)],
            cwd=self.folder,
            env=self.environment | variables,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=400,
            check=False,
        )
        said = Said(exit_code=finished.returncode, out=finished.stdout, err=finished.stderr)
        assert "Traceback" not in said.out + said.err, said
        return said

    def typed(self, line: str) -> Said:
        """Run a line that Pinwatch printed, as a shell would."""
        finished = subprocess.run(  # noqa: S602 - that a shell understands it is the point
            line,
            shell=True,
            cwd=self.folder,
            env=self.environment | {"PATH": f"{EVALS.parent}:{os.defpath}"},
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        return Said(exit_code=finished.returncode, out=finished.stdout, err=finished.stderr)

    def started(self, *words: str) -> subprocess.Popen[str]:
        """Start a command in a group of its own, as a shell does, and leave it running."""
        return subprocess.Popen(
            [EVALS, *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def configure(self, **sections: Any) -> None:
        """Replace sections of `evals.yaml`."""
        path = self.folder / "evals.yaml"
        document = yaml.safe_load(path.read_text()) if path.exists() else {}
        path.write_text(yaml.safe_dump({**document, **sections}))

    def stored(self, query: str) -> list[tuple[Any, ...]]:
        """Look into the store from outside; an SQLite file that is not there holds nothing."""
        path = self.folder / "data" / "pinwatch.db"
        if not path.exists():
            return []
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def newest_run(self) -> str:
        """Return the id of the newest run."""
        return str(self.stored("SELECT id FROM runs ORDER BY created_at DESC LIMIT 1")[0][0])

    def count(self, table: str) -> int:
        """Return how many rows a table holds."""
        return int(self.stored(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - our own words


def a_project(folder: Path, base_url: str = "http://127.0.0.1:9/v1", **sections: Any) -> Project:
    """Make a folder that watches one endpoint, `sim`, with one suite, `facts`."""
    folder.mkdir(parents=True, exist_ok=True)
    golden_set = folder / "golden_sets" / "facts"
    golden_set.mkdir(parents=True)
    (golden_set / "manifest.yaml").write_text(MANIFEST)
    (golden_set / "items.jsonl").write_text(items_text())
    project = Project(
        folder=folder,
        environment={
            "PATH": os.defpath,
            "HOME": str(folder),
            "EVALS_DATA_DIR": str(folder / "data"),
        },
    )
    project.configure(
        endpoints={"sim": an_endpoint(base_url)},
        policies={"coarse": COARSE},
        suites={"facts": {"policy": "coarse", "tasks": [{"golden_set": "facts"}]}},
    )
    project.configure(**sections)
    return project


def an_endpoint(base_url: str, **overrides: Any) -> dict[str, Any]:
    return {
        "model": "openai-api/simulator/sim-1",
        "base_url": base_url,
        "limits": {"max_connections": 8, "timeout_seconds": 20, "max_retries": 0},
        **overrides,
    }


def a_copy(project: Project, folder: Path) -> Project:
    """Return the same project elsewhere, with all that its store holds."""
    shutil.copytree(project.folder, folder, dirs_exist_ok=True)
    environment = {"HOME": str(folder), "EVALS_DATA_DIR": str(folder / "data")}
    return replace(project, folder=folder, environment=project.environment | environment)


def items_text(count: int = ITEMS) -> str:
    """Return sums as the lines of an `items.jsonl`."""
    items = [(f"sum-{n:02}", n + 11, 3 * n + 7) for n in range(count)]
    lines = [
        {"id": name, "input": f"What is {a} + {b}? Reply with the number.", "target": str(a + b)}
        for name, a, b in items
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


def a_simulator_config() -> SimulatorConfig:
    """Return a simulator that knows the sums of `items_text`."""
    _, golden_set = parse_golden_set(MANIFEST, items_text())
    return SimulatorConfig(knowledge=knowledge_of(golden_set.items), behaviour=STEADY)


def until(condition: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    """Poll until ``condition`` holds, for some minutes at most and while ``process`` lives."""
    deadline = time.monotonic() + 400
    while not condition():
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.02)  # a poll; the deadline above ends it
