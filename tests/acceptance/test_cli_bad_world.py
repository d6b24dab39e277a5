"""A world that does not play along: one clear message, nothing lost, and a way to go on."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from evals.simulator.loopback import served
from service.db.migrate import VERSION_TABLE, revisions
from tests.acceptance.factories_cli import EVALS, ITEMS, RUN, an_endpoint, until
from tests.acceptance.fakes_cli import fake_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.simulator.running import RunningSimulator
    from tests.acceptance.factories_cli import Project

KEY = "sk-unforgettable-0123456789"


@pytest.fixture(scope="module")
def strangers() -> Iterator[str]:
    with served(fake_server()) as url:
        yield url


def test_a_dead_server_is_named_at_once_and_the_run_can_go_on_later(project: Project) -> None:
    project.configure(endpoints={"sim": an_endpoint("http://127.0.0.1:9/v1")})
    said = project.evals(*RUN)
    assert (said.exit_code, said.out) == (3, "")
    assert "nothing answers at the endpoint's address: Connection refused" in said.err
    assert "(http://127.0.0.1:9/v1). Start the server, or correct base_url" in said.err
    assert f"evals runs resume {project.newest_run()}" in said.err
    assert project.count("samples") == 0


@pytest.mark.parametrize(
    ("address", "problem"), [("{simulator}/nowhere/v1", "404"), ("{stranger}/locked/v1", "401")]
)
def test_a_wrong_address_or_key_stops_the_run_and_leaves_no_score(
    project: Project, simulator: RunningSimulator, strangers: str, address: str, problem: str
) -> None:
    base_url = address.format(simulator=simulator.url, stranger=strangers)
    project.configure(endpoints={"sim": an_endpoint(base_url, api_key_env="KEY_OF_SIM")})
    said = project.evals(*RUN, KEY_OF_SIM=KEY)
    assert (said.exit_code, said.out) == (3, "")
    assert problem in said.err
    assert "Check the endpoint's model, base_url and key" in said.err
    assert project.count("samples") == 0
    assert KEY not in said.err
    everything = b"".join(p.read_bytes() for p in project.folder.rglob("*") if p.is_file())
    assert KEY.encode() not in everything


def test_a_server_that_dies_half_way_leaves_a_run_that_can_be_resumed(
    blessed: Project, simulator: RunningSimulator
) -> None:
    already = len(simulator.requests)
    simulator.behave(faults=[{"kind": "slow", "delay_seconds": 0.05}])
    process = blessed.started(*RUN)
    until(lambda: len(simulator.requests) >= already + 10, process)
    simulator.behave(faults=[{"kind": "server_error"}])
    _, complaints = process.communicate(timeout=400)
    assert process.returncode == 3, complaints
    assert "calls in a row have failed, so the run was stopped" in complaints
    run = blessed.newest_run()
    assert 0 < blessed.count("samples") - 2 * ITEMS < ITEMS
    simulator.behave(faults=[])
    resumed = blessed.evals("runs", "resume", run)
    assert resumed.exit_code == 0, resumed
    assert blessed.count("samples") == 3 * ITEMS


@pytest.mark.parametrize("words", [["run"], ["db", "check"]])
def test_a_database_that_is_down_is_named_without_its_password(
    project: Project, simulator: RunningSimulator, words: list[str]
) -> None:
    already = len(simulator.requests)
    url = "postgresql://user:hunter2@127.0.0.1:9/pinwatch"
    said = project.evals(*words, EVALS_DATABASE_URL=url)
    assert (said.exit_code, said.out) == (3, "")
    assert "the database does not answer" in said.err
    assert "Postgres at 127.0.0.1:9, database pinwatch" in said.err
    assert "hunter2" not in said.err
    assert len(simulator.requests) == already


def test_a_database_of_another_pinwatch_says_what_to_do_and_nothing_is_asked(
    project: Project, simulator: RunningSimulator
) -> None:
    assert project.evals("db", "upgrade").exit_code == 0
    _set_schema(project, "9999")
    already = len(simulator.requests)
    said = project.evals(*RUN)
    assert (said.exit_code, said.out, said.err.count("\n")) == (3, "", 1)
    assert "the database was made by a newer Pinwatch" in said.err
    _set_schema(project, revisions()[0])
    behind = project.evals("db", "check")
    assert behind.exit_code == (0 if len(revisions()) == 1 else 3)
    assert len(simulator.requests) == already


def test_a_data_folder_that_is_a_file_is_named(project: Project) -> None:
    (project.folder / "data").write_text("in the way")
    said = project.evals(*RUN)
    assert (said.exit_code, said.out) == (3, "")
    assert "the folder of the database cannot be made" in said.err
    assert str(project.folder / "data") in said.err
    assert "EVALS_DATA_DIR" in said.err


def test_a_file_that_is_no_database_is_left_as_it_is(project: Project) -> None:
    path = project.folder / "data" / "pinwatch.db"
    path.parent.mkdir()
    path.write_text("my diary, not a database; " * 100)
    before = path.read_bytes()
    said = project.evals(*RUN)
    assert (said.exit_code, said.out) == (3, "")
    assert "not an SQLite database" in said.err
    assert path.read_bytes() == before


def test_a_disk_that_fills_up_loses_nothing_and_the_run_goes_on_with_room(
    blessed: Project,
) -> None:
    # The shell's limit of the size of a file stands for the disk: blocks of 512 bytes.
    finished = subprocess.run(
        ["/bin/sh", "-c", f"ulimit -f 150; exec {EVALS} run --fixed 1"],
        cwd=blessed.folder,
        env=blessed.environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert finished.returncode == 3, finished
    assert "Traceback" not in finished.stderr
    assert "SQLite file" in finished.stderr
    assert blessed.stored("PRAGMA integrity_check") == [("ok",)]
    assert blessed.count("samples") >= 2 * ITEMS
    resumed = blessed.evals("runs", "resume", blessed.newest_run())
    assert resumed.exit_code == 0, resumed
    assert blessed.count("samples") == 3 * ITEMS


def test_a_report_that_cannot_be_written_says_how_to_get_it_from_the_store(
    project: Project,
) -> None:
    (project.folder / "report.md").mkdir()
    said = project.evals(*RUN, "--limit", "3", "-o", "report.md")
    assert (said.exit_code, said.out) == (2, "")
    assert "the report cannot be written: Is a directory (report.md)" in said.err
    assert f"evals runs show {project.newest_run()} -o" in said.err


@pytest.mark.parametrize("words", ["runs list", "runs show {run} --items", "config schema"])
def test_a_reader_that_closes_early_is_no_error(blessed: Project, words: str) -> None:
    line = words.format(run=blessed.newest_run())
    said = blessed.typed(f"evals {line} | head -c 0; evals {line} | head -n 1")
    assert said.exit_code == 0
    assert said.err == ""


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
        {"NO_COLOR": "1", "TERM": "dumb"},
    ],
    ids=["ascii", "latin-1", "no-colour"],
)
def test_any_locale_and_terminal_gets_its_report(
    blessed: Project, variables: dict[str, str]
) -> None:
    said = blessed.process("runs", "show", blessed.newest_run(), "--items", **variables)
    assert said.exit_code == 0, said
    assert "sum-39" in said.out
    assert "\x1b" not in said.out
    dry = blessed.process("run", "--dry-run", **variables)
    assert (dry.exit_code, dry.err) == (0, ""), dry


def _set_schema(project: Project, version: str) -> None:
    """Pretend that another Pinwatch made the database."""
    path = project.folder / "data" / "pinwatch.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = ?", (version,))  # noqa: S608 - our own word
