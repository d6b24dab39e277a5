from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from evals.config import parse_config
from evals.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

BOT = "{slack_bot: {token_env: BOT, channel: C0123456789}}"


def test_a_whole_section_is_read() -> None:
    alerts = parse_config(
        """
        endpoints: {shop: {model: ollama/x, tags: [prod]}}
        alerts:
          public_url: https://pinwatch.example.org/
          channels:
            team: {slack_webhook: {url_env: TEAM_HOOK}}
            oncall: {slack_bot: {token_env: BOT, channel: C0123456789}}
            pager: {apprise: {url_env: PAGER_URL}}
            tickets: {webhook: {url: "https://tickets.example.org/in", secret_env: TICKETS}}
          routes:
            - {channels: [oncall, pager], severities: [page], tags: [prod]}
            - {channels: [team]}
          renotify_hours: null
          digest: {day: fri, hour: 16, timezone: Europe/Berlin}
        """
    ).alerts
    assert alerts.public_url == "https://pinwatch.example.org"
    assert [type(one.target).__name__ for one in alerts.channels.values()] == [
        "SlackWebhook",
        "SlackBot",
        "Apprise",
        "Webhook",
    ]
    assert alerts.digest_channels == ("team", "oncall")
    assert alerts.renotify_hours is None


def test_nothing_said_is_nobody_told() -> None:
    alerts = parse_config("").alerts
    assert (alerts.channels, alerts.routes, alerts.digest_channels) == ({}, (), ())


def test_a_digest_goes_where_it_is_sent_and_nowhere_without_one() -> None:
    text = f"alerts: {{channels: {{a: {BOT}, b: {{apprise: {{url_env: B}}}}}}, digest: %s}}"
    assert parse_config(text % "{channels: [b]}").alerts.digest_channels == ("b",)
    assert parse_config(text % "null").alerts.digest_channels == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{channels: {a: {}}}", "exactly one of"),
        ("{channels: {a: {slack_bot: {}, webhook: {url_env: X}}}}", "token_env"),
        ("{channels: {a: {slack_bot: {token_env: BOT, channel: '#general'}}}}", "C0123456789"),
        ("{channels: {a: {webhook: {secret_env: S}}}}", "url_env"),
        ("{channels: {a: {webhook: {url: 'https://h/x', url_env: X}}}}", "one of them"),
        ("{channels: {a: {slack_webhook: {url_en: X}}}}", "Did you mean url_env"),
        ("{routes: [{channels: [a]}]}", "no channel 'a'"),
        (f"{{channels: {{a: {BOT}}}, digest: {{channels: [b]}}}}", "no channel 'b'"),
        (f"{{channels: {{a: {BOT}}}, routes: [{{channels: []}}]}}", "empty"),
        (f"{{channels: {{a: {BOT}}}, routes: [{{channels: [a], severities: [loud]}}]}}", "page"),
        ("{digest: {hour: 24}}", "23"),
        ("{digest: {timezone: Mars/Base}}", "Europe/Berlin"),
        ("{renotify_hours: 0}", "greater than 0"),
        ("{public_url: 'javascript:alert(1)'}", "https://pinwatch.example.org"),
        ("{public_url: 'https://user:word@h'}", "https://pinwatch.example.org"),
        ("{public_url: 'https://h/?token=x'}", "https://pinwatch.example.org"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_its_cure(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=r"evals\.yaml:1, field alerts") as raised:
        parse_config(f"alerts: {text}")
    assert told in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "{slack_bot: {token_env: xoxb-1234-secretsecret, channel: C0123456789}}",
        "{slack_bot: {token_env: BOT, channel: xoxb-1234-secretsecret}}",
        "{slack_webhook: {url_env: 'https://hooks.slack.com/services/T0/B0/secretsecret'}}",
        "{slack_webhook: {url_env: HOOK, signing_secret_env: s3cret/secretsecret}}",
        "{webhook: {url: 'https://user:secretsecret@example.org/'}}",
        "{webhook: {url: 'https://example.org/?token=secretsecret'}}",
        "{apprise: {url_env: 'mailto://user:secretsecret@example.org'}}",
        "{apprise: {url_env: secretsecretsecretsecretsecretsecret}}",
        "{slack_bot: {token_env: BOT, channel: C0123456789, api_url: 'https://u:secretsecret@x'}}",
    ],
)
def test_a_secret_in_the_wrong_place_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_config(f"alerts: {{channels: {{a: {text}}}}}")
    assert "secretsecret" not in f"{raised.value}{raised.value!r}"


def test_a_token_travels_in_the_open_on_this_machine_alone() -> None:
    text = "{slack_bot: {token_env: BOT, channel: C0123456789, api_url: 'http://%s/api'}}"
    for host in ("localhost:8065", "127.0.0.1:8065", "[::1]:8065"):
        parse_config(f"alerts: {{channels: {{a: {text % host}}}}}")
    for host in ("198.51.100.7", "slack.example.org", "localhost.example.org"):
        with pytest.raises(ConfigError, match="write https"):
            parse_config(f"alerts: {{channels: {{a: {text % host}}}}}")


def test_tags_of_an_endpoint_are_no_part_of_its_pin() -> None:
    from evals.endpoint import pin

    text = "endpoints: {a: {model: ollama/x, tags: %s}}"
    tagged, bare = (parse_config(text % tags).endpoints["a"] for tags in ("[prod]", "[]"))
    assert tagged.tags == ("prod",)
    assert pin(tagged, client_versions={}) == pin(bare, client_versions={})


@pytest.mark.parametrize(
    ("route", "told"),
    [("endpoints: [shp]", "no such endpoint"), ("tags: [prd]", "no endpoint has it")],
)
def test_a_route_that_would_take_nothing_is_told(route: str, told: str) -> None:
    endpoints = "endpoints: {shop: {model: ollama/x, tags: [prod]}}"
    alerts = f"alerts: {{channels: {{a: {BOT}}}, routes: [{{channels: [a], {route}}}]}}"
    with pytest.raises(ConfigError, match=told):
        parse_config(f"{endpoints}\n{alerts}")
    parse_config(f"{endpoints}\n{alerts}".replace("shp", "shop").replace("prd", "prod"))


def test_the_example_of_the_documentation_is_right(repository: Path) -> None:
    text = (repository / "docs" / "alerts.md").read_text(encoding="utf-8")
    example = text.partition("```yaml\n")[2].partition("```")[0]
    assert set(parse_config(example).alerts.channels) == {"oncall", "team", "pager", "tickets"}


def test_the_receiver_of_the_documentation_knows_our_signature(repository: Path) -> None:
    from service.notify.webhook import signature

    text = (repository / "docs" / "alerts.md").read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    exec(text.partition("```python\n")[2].partition("```")[0], found)  # noqa: S102 - our own page
    headers = {
        "Pinwatch-Timestamp": "1767592800",
        "Pinwatch-Signature": signature("s", "1767592800", b"{}"),
    }
    assert found["is_ours"](b"s", headers, b"{}", 1767592900.0)
    assert not found["is_ours"](b"s", headers, b"{ }", 1767592900.0)
    assert not found["is_ours"](b"s", headers, b"{}", 1767593200.0)
