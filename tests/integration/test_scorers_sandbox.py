"""Hostile code, against the real sandbox. What the system cannot grant is skipped, and says so."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evals.call_state import CallState
from evals.errors import ScorerError
from evals.golden_set import ScorerSpec
from evals.scorers.docker_sandbox import IMAGE, check_engine, run_in_docker
from evals.scorers.registry import check_allowed, scorer_for
from evals.scorers.sandbox import Limits, SandboxResult, granted_isolation, run_program
from evals.scorers.scored import ScoringContext
from tests.unit.scorers.factories_scorers import graded_item

if TYPE_CHECKING:
    from evals.scorers.scored import Scored

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")

CODE = ScorerSpec(name="code_tests")


def run(program: str, *, isolation: str | None = None, **limits: float) -> SandboxResult:
    result = run_program(program, b"", Limits(**limits))  # type: ignore[arg-type]  # ints and floats by name
    if isolation and isolation not in result.isolated:
        pytest.skip(f"this system grants no isolation of {isolation}")
    return result


def said(result: SandboxResult) -> str:
    return result.output.decode().strip()


def test_a_harmless_program_runs_in_a_folder_that_is_gone_afterwards() -> None:
    result = run("import os; open('x', 'w').write('y'); print(os.getcwd(), open('x').read())")
    folder, content = said(result).split()
    assert (result.exit_code, content) == (0, "y")
    assert not Path(folder).exists()


def test_a_folder_that_resists_removal_is_removed_and_links_are_not_followed(
    tmp_path: Path,
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o755)
    result = run(
        "import os; print(os.getcwd()); os.makedirs('a/b'); open('a/b/c', 'w').close();"
        f"os.symlink({str(kept)!r}, 'a/link'); os.chmod('a/b', 0); os.chmod('a', 0)"
    )
    assert not Path(said(result)).exists()
    assert kept.stat().st_mode & 0o777 == 0o755


def test_what_the_system_grants_can_be_asked() -> None:
    granted = granted_isolation()
    assert granted is not None
    assert granted <= {"network", "processes", "files"}


def test_a_system_that_cannot_limit_programs_is_refused_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check_allowed(CODE, "subprocess")
    # As on a system that lacks what the launcher builds on: it ends before it reports.
    monkeypatch.setattr("evals.scorers.sandbox._LAUNCHER", "/dev/null")
    with pytest.raises(ScorerError, match=r"cannot limit programs.* Write `sandbox: docker`"):
        check_allowed(CODE, "subprocess")


def test_an_endless_loop_is_stopped_when_its_time_is_up() -> None:
    assert run("while True: pass", time_seconds=0.5).stopped == "time"


def test_a_sleeper_is_stopped_when_its_time_is_up() -> None:
    assert run("import time; time.sleep(60)", time_seconds=0.5).stopped == "time"


def test_memory_beyond_the_limit_is_not_had() -> None:
    program = "try: bytearray(10**9)\nexcept MemoryError: print('no')"
    assert said(run(program, memory_bytes=128 * 2**20)) == "no"


def test_a_fork_bomb_goes_out() -> None:
    program = (
        "import os, time\ncount = 0\ntry:\n    while count < 200:\n        if os.fork() == 0:\n"
        "            time.sleep(60)\n        count += 1\nexcept OSError:\n    print(count)"
    )
    assert int(said(run(program, processes=8))) <= 8


def test_what_a_program_left_behind_dies_with_it() -> None:
    program = (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    os.close(1)\n"
        "    time.sleep(60)\nprint(os.getcwd())"
    )
    folder = said(run(program, isolation="processes"))
    assert [p for p in Path("/proc").iterdir() if folder in _working_folder(p)] == []


def _working_folder(process: Path) -> str:
    try:
        return str((process / "cwd").readlink())
    except OSError:
        return ""


def test_a_big_file_is_not_written() -> None:
    program = (
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try: open('big', 'wb').write(bytes(10**7))\nexcept OSError as e: print('no')"
    )
    assert said(run(program)) == "no"


def test_many_files_are_not_opened() -> None:
    program = "try: x = [open('f', 'w') for _ in range(100)]\nexcept OSError: print('no')"
    assert said(run(program)) == "no"


def test_a_flood_of_output_is_cut() -> None:
    result = run("while True: print('x' * 10000)", output_bytes=50_000)
    assert result.stopped == "output"
    assert len(result.output) <= 50_000


def test_nothing_of_our_environment_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    names = set(said(run("import os; print(*os.environ)")).split())
    assert names <= {"HOME", "TMPDIR", "LC_CTYPE"}


def test_nothing_of_our_environment_is_seen_through_other_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    program = f"try: open('/proc/{os.getpid()}/environ')\nexcept OSError: print('no')"
    assert said(run(program, isolation="files")) == "no"


def test_no_network_is_reachable_not_even_this_machine() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        program = (
            "import socket\n"
            f"try: socket.create_connection(('127.0.0.1', {port}), 2); print('connected')\n"
            "except OSError: print('no')"
        )
        assert said(run(program, isolation="network")) == "no"


def test_files_outside_its_folder_are_neither_read_nor_written(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("sk-secret")
    program = (
        f"for how in ('r', 'w', 'a'):\n    try: open({str(secret)!r}, how); print('opened')\n"
        "    except OSError: print('no')\n"
        f"import os\ntry: os.remove({str(secret)!r})\nexcept OSError: print('no')"
    )
    assert said(run(program, isolation="files")).split() == ["no"] * 4
    assert secret.read_text() == "sk-secret"


def test_root_is_given_up() -> None:
    program = "import os; print(os.geteuid())"
    assert int(said(run(program))) != 0


def test_its_parents_cannot_be_killed() -> None:
    program = (
        "import os, signal\nfor pid in (os.getppid(), 1, -1):\n"
        "    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass\nprint('here')"
    )
    result = run(program, isolation="processes")
    assert (result.started, said(result)) == (True, "here")


HONEST = "def f(x):\n    return x + 1\n"
TESTS = ["assert f(1) == 2", "assert f(-1) == 0", "assert raises(TypeError, f, 'a')"]


def graded_code(code: str, tests: list[str], **options: float) -> Scored:
    item = graded_item("code_tests", HONEST, entry="f", tests=tests, **options)
    context = ScoringContext(sandbox="subprocess")
    return asyncio.run(scorer_for(item.scorer).score(f"```python\n{code}\n```", item, context))


def test_an_honest_solution_passes() -> None:
    scored = graded_code("# adds one\n" + HONEST, TESTS)
    assert (scored.state, scored.value, scored.passed) == (CallState.OK, 1.0, True)
    assert scored.parsed == HONEST.strip()


def test_a_half_right_solution_gets_its_share() -> None:
    scored = graded_code(
        "def f(x):\n    return abs(x) + 1", ["assert f(1) == 2", "assert f(-1) == 0"]
    )
    assert (scored.value, scored.passed) == (0.5, False)
    assert scored.reason == "1 of 2 tests failed: assert f(-1) == 0 does not hold"


def test_what_was_right_before_a_test_hangs_still_counts() -> None:
    code = "def f(x):\n    while x < 0: pass\n    return x + 1"
    scored = graded_code(code, ["assert f(1) == 2", "assert f(-1) == 0"], time_limit_seconds=1)
    assert (scored.value, scored.passed) == (0.5, False)
    assert "time ran out" in scored.reason


def test_all_plain_data_crosses_both_ways() -> None:
    value = "[None, True, 2**70, 1.5, 'é', b'x', (1, (2,)), {1: {'a'}}, frozenset({3})]"
    scored = graded_code("def f(x):\n    return x", [f"assert f({value}) == {value}"])
    assert scored.passed, scored.reason


def test_arguments_by_name_and_near_numbers_work() -> None:
    code = "def f(x, *, by=1):\n    return x / by"
    assert graded_code(code, ["assert approx(f(0.1 + 0.2, by=1), 0.3)"]).passed


CHEATS = {
    "exit before the tests": "import sys\nsys.exit(0)\ndef f(x): ...",
    "exit in a call": "import os\ndef f(x): os._exit(0)",
    "raise SystemExit": "def f(x): raise SystemExit(0)",
    "an object that equals all": (
        "class E:\n    def __eq__(self, o): return True\ndef f(x): return E()"
    ),
    "a number that equals all": (
        "class E(int):\n    def __eq__(self, o): return True\ndef f(x): return E()"
    ),
    "another checker": (
        "import builtins, sys\nfor m in list(sys.modules.values()):\n"
        "    for n in ('_run_test', '_raises', '_approx', 'decode'):\n"
        "        if hasattr(m, n): setattr(m, n, lambda *a: '')\n"
        "builtins.compile = lambda *a, **k: 'pass'\nbuiltins.exec = lambda *a: None\n"
        "def f(x): return None"
    ),
    "passes on every file": (
        "import os\nfor fd in range(3, 20):\n    try: os.write(fd, b'ready\\n0 pass\\n1 pass\\n')\n"
        "    except OSError: pass\ndef f(x): return None"
    ),
    "passes on the checker's output": (
        "import os\ntry:\n    with open(f'/proc/{os.getppid()}/fd/1', 'w') as out:\n"
        "        out.write('ready\\n0 pass\\n1 pass\\n')\nexcept OSError: pass\n"
        "def f(x): return None"
    ),
    "kill the checker": "import os\nos.kill(os.getppid(), 9)\ndef f(x): return None",
    "read the tests": (
        "import gc, os\n"
        "def texts(o): return [e for e in list(o) + list(o.values() if type(o) is dict else ())"
        " if type(e) is str]\n"
        "found = [o for o in gc.get_objects() if type(o) in (list, dict)"
        " and any(e.startswith('assert f(') for e in texts(o))]\n"
        "try: found += [open(f'/proc/{os.getppid()}/mem', 'rb')]\nexcept OSError: pass\n"
        "try: found += [open(f'/proc/{os.getppid()}/fd/0', 'rb').read()]\nexcept OSError: pass\n"
        "def f(x): return x + 1 if found and isinstance(x, int) else None"
    ),
    "data without end": "def f(x): return [0] * 10**7",
    "data without ground": "def f(x):\n    y = []\n    y.append(y)\n    return y",
    "an exception that lies": "class TypeError(Exception): pass\ndef f(x): raise TypeError",
    "no code at all": "def f(x:",
}


@pytest.mark.parametrize("code", CHEATS.values(), ids=CHEATS.keys())
def test_no_cheat_passes_and_each_is_an_honest_zero(code: str) -> None:
    scored = graded_code(code, ["assert f(1) == 2", "assert f(2) == 3"], time_limit_seconds=3)
    assert (scored.state, scored.value, scored.passed) == (CallState.OK, 0.0, False)


def fake_engine(tmp_path: Path, script: str) -> str:
    engine = tmp_path / "docker"
    engine.write_text(f"#!/bin/sh\n{script}\n")
    engine.chmod(0o755)
    return str(engine)


def test_an_engine_with_the_image_is_taken(tmp_path: Path) -> None:
    check_engine(docker=fake_engine(tmp_path, f'[ "$*" = "image inspect {IMAGE}" ]'))


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (
            "echo Error: No such image: x >&2; exit 1",
            f"no image {IMAGE}. Load it: docker pull {IMAGE}",
        ),
        ("echo Cannot connect to the daemon >&2; exit 1", "Cannot connect .* `docker info`"),
    ],
)
def test_a_container_that_cannot_be_had_is_refused_with_what_to_do(
    tmp_path: Path, script: str, sentence: str
) -> None:
    with pytest.raises(ScorerError, match=sentence):
        check_engine(docker=fake_engine(tmp_path, script))
    with pytest.raises(ScorerError, match=r"cannot be used: .*No such file"):
        check_engine(docker=str(tmp_path / "none"))


def test_a_machine_without_docker_is_told_so_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ScorerError, match="no command `docker`"):
        check_allowed(CODE, "docker")


def test_the_engine_s_client_learns_where_its_engine_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://elsewhere")
    engine = fake_engine(tmp_path, "echo $DOCKER_HOST")
    assert said(run_in_docker("", b"", Limits(), docker=engine)).strip() == "tcp://elsewhere"


def test_a_container_engine_that_cannot_start_has_run_nothing(tmp_path: Path) -> None:
    engine = fake_engine(tmp_path, "exit 125")
    assert not run_in_docker("print(1)", b"", Limits(), docker=engine).started
    assert not run_in_docker("print(1)", b"", Limits(), docker=str(tmp_path / "none")).started


def test_the_container_gets_the_request_and_its_output_comes_back(tmp_path: Path) -> None:
    engine = fake_engine(tmp_path, "cat; echo; echo $#")
    result = run_in_docker("print(1)", b"hello", Limits(), docker=engine)
    assert said(result).split()[0] == "hello"


def test_a_container_that_is_stopped_is_also_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.scorers.docker_sandbox.START_SECONDS", 0.3)
    seen = tmp_path / "seen"
    engine = fake_engine(tmp_path, f'[ "$1" = run ] && exec sleep 60\necho "$@" > {seen}')
    assert run_in_docker("", b"", Limits(time_seconds=0.1), docker=engine).stopped == "time"
    assert seen.read_text().startswith("rm --force pinwatch-")
