"""The files that install Pinwatch say what they mean; no image is built here."""

from __future__ import annotations

import re
import shlex
from configparser import ConfigParser
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from service.cli.main import _COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

EXACT = re.compile(r"[a-z/]+:\d+\.\d+(\.\d+)?-[a-z-]+")
"""An image by one release, never by a tag that moves."""


def instructions(repository: Path) -> list[tuple[str, list[str]]]:
    text = (repository / "docker" / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(words[0], words[1:]) for words in (shlex.split(line) for line in lines)]


@pytest.fixture
def services(repository: Path) -> dict[str, Any]:
    document = yaml.safe_load((repository / "docker" / "compose.yaml").read_text())
    found: dict[str, Any] = document["services"]
    return found


def test_every_file_that_the_image_copies_is_there_and_not_ignored(repository: Path) -> None:
    ignore = (repository / "docker" / "Dockerfile.dockerignore").read_text().splitlines()
    copied = [
        source
        for name, words in instructions(repository)
        if name == "COPY" and not words[0].startswith("--from")
        for source in words[:-1]
    ]
    assert copied
    for source in copied:
        assert (repository / source).exists(), source
        assert f"!{source}" in ignore


def test_all_that_the_wheel_ships_is_copied(repository: Path) -> None:
    import tomllib

    project = tomllib.loads((repository / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"]}
    copied = {
        source
        for name, words in instructions(repository)
        if name == "COPY"
        for source in words[:-1]
    }
    assert needed <= copied


def test_the_image_runs_as_nobody_in_particular_from_an_exact_base(repository: Path) -> None:
    found = instructions(repository)
    (base,) = {words[0].partition("=")[2] for name, words in found if name == "ARG"}
    assert EXACT.fullmatch(base)
    assert {words[0] for name, words in found if name == "FROM"} == {"${PYTHON_IMAGE}"}
    last_stage = found[[name for name, _ in found].index("FROM", 2) :]
    assert ("USER", ["10001:10001"]) in last_stage
    assert not [words for name, words in last_stage if name == "ENV" and "KEY" in "".join(words)]


def test_compose_starts_postgres_then_the_schema_then_server_and_worker(
    services: dict[str, Any],
) -> None:
    assert EXACT.fullmatch(services["postgres"]["image"])
    assert services["migrate"]["command"] == ["db", "upgrade"]
    for name in ("serve", "worker"):
        waits = services[name]["depends_on"]
        assert waits == {"migrate": {"condition": "service_completed_successfully"}}
        assert services[name]["healthcheck"]["test"][0] == "CMD"
        assert services[name]["read_only"]
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["command"][0] in _COMMANDS
    assert services["serve"]["ports"] == ["127.0.0.1:${PINWATCH_PORT:-8000}:8000"]


def test_compose_names_secrets_and_holds_none(repository: Path, services: dict[str, Any]) -> None:
    inside = services["serve"]["environment"]
    keys = {name: value for name, value in inside.items() if name != "EVALS_DATABASE_URL"}
    assert set(keys.values()) == {None}
    assert "${POSTGRES_PASSWORD:?" in inside["EVALS_DATABASE_URL"]
    example = (repository / "docker" / "example.env").read_text()
    for name in (*keys, "POSTGRES_PASSWORD"):
        assert f"{name}=\n" in example


@pytest.mark.parametrize("name", ["pinwatch.service", "pinwatch-worker@.service"])
def test_the_unit_starts_a_known_command_with_few_rights(repository: Path, name: str) -> None:
    unit = ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # options keep their capitals
    unit.read_string((repository / "docker" / name).read_text())
    service = unit["Service"]
    program, command = service["ExecStart"].split()[:2]
    assert program.endswith("/bin/evals")
    assert command in _COMMANDS
    assert service["User"] == "pinwatch"
    assert (service["NoNewPrivileges"], service["ProtectSystem"]) == ("yes", "strict")
    assert int(service["TimeoutStopSec"]) > 30
