"""The clients that belong to a pin."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pytest

from evals.errors import ConfigError
from service.subject import client_versions


@pytest.mark.parametrize(
    ("model", "client"),
    [
        ("openai/x", "openai"),
        ("openai-api/mine/x", "openai"),
        ("openrouter/a/x", "openai"),
        ("deepseek/x", "openai"),
        ("ollama/x", "openai"),
        ("anthropic/x", "anthropic"),
        ("anthropic/bedrock/x", "anthropic"),
    ],
)
def test_the_client_that_makes_the_calls_belongs_to_the_pin(model: str, client: str) -> None:
    expected = {"inspect-ai": version("inspect-ai"), client: version(client)}
    assert client_versions(model) == expected


def test_of_a_provider_that_we_do_not_know_only_inspect_is_known() -> None:
    assert set(client_versions("some-plugin/x")) == {"inspect-ai"}


def test_a_client_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        if name == "groq":
            raise PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr("service.subject.version", missing)
    with pytest.raises(ConfigError, match=r"the package groq, .* pip install groq"):
        client_versions("groq/x")
