"""The section ``alerts`` of `evals.yaml`: who is told of what, where, and when of a quiet week."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from evals.base_url import checked_base_url, is_loopback
from evals.condition import AlertSeverity, ConditionKind
from evals.variable import checked_variable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.endpoint import Endpoint

SLACK_API: Final = "https://slack.com/api/"
_CONVERSATION: Final = re.compile(r"[CDG][A-Z0-9]{6,}")


class _Document(BaseModel):
    # What was written may be a secret in the wrong place: no error repeats it.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SlackWebhook(_Document):
    """An incoming webhook of Slack: one channel, no threads, no pictures, no updates.

    Attributes:
        url_env: The *name* of the variable that holds its URL, which is a secret.
        signing_secret_env: The name of the variable that holds the signing secret of the app.
            With it the message has buttons to acknowledge and to silence; the app's request URL is
            ``<public_url>/api/v1/slack/actions``.
    """

    url_env: str
    signing_secret_env: str | None = None

    _names_a_variable = field_validator("url_env")(
        lambda name: checked_variable(name, field="url_env", example="EVALS_SLACK_WEBHOOK")
    )
    _names_a_secret = field_validator("signing_secret_env")(
        lambda name: _optional(name, field="signing_secret_env", example="SLACK_SIGNING_SECRET")
    )


class SlackBot(_Document):
    """A bot of Slack: one message for each alert, brought up to date, with its story in a thread.

    Attributes:
        token_env: The *name* of the variable that holds the token (``xoxb-...``). It needs the
            scopes ``chat:write`` and, for the chart, ``files:write``; the bot must have been
            invited to the channel.
        channel: The id of the channel (``C0123456789``, at the end of its link), not its name.
        signing_secret_env: As of `SlackWebhook`.
        chart: Send the chart as a picture into the thread.
        api_url: Of another Slack, such as GovSlack; http is for this machine alone.
    """

    token_env: str
    channel: str
    signing_secret_env: str | None = None
    chart: bool = True
    api_url: str = SLACK_API

    _names_a_variable = field_validator("token_env")(
        lambda name: checked_variable(name, field="token_env", example="SLACK_BOT_TOKEN")
    )
    _names_a_secret = field_validator("signing_secret_env")(
        lambda name: _optional(name, field="signing_secret_env", example="SLACK_SIGNING_SECRET")
    )

    @field_validator("channel")
    @classmethod
    def _is_an_id(cls, channel: str) -> str:
        if not _CONVERSATION.fullmatch(channel):
            msg = (
                "this is no id of a Slack channel; names can change, so write the id, such as "
                "C0123456789 (channel details, at the very end)"
            )
            raise ValueError(msg)
        return channel

    @field_validator("api_url")
    @classmethod
    def _is_a_url(cls, url: str) -> str:
        found = urlsplit(_public(url, "api_url"))
        if found.scheme != "https" and not is_loopback(found.hostname or ""):
            msg = "api_url begins with http://, so the token could be read on its way: write https"
            raise ValueError(msg)
        return f"{found.geturl()}/"


class Webhook(_Document):
    """Any server that takes JSON: the whole notice as a document, signed.

    Attributes:
        url: Where it is posted to, if the address holds no secret.
        url_env: The *name* of the variable that holds the address, instead of ``url``.
        secret_env: The name of the variable that holds the secret of the signature (HMAC-SHA256
            over time stamp and body). Without it nothing is signed.
    """

    url: str | None = None
    url_env: str | None = None
    secret_env: str | None = None

    _names_a_variable = field_validator("url_env")(
        lambda name: _optional(name, field="url_env", example="TICKETS_URL")
    )
    _names_a_secret = field_validator("secret_env")(
        lambda name: _optional(name, field="secret_env", example="TICKETS_SECRET")
    )

    @field_validator("url")
    @classmethod
    def _holds_no_secret(cls, url: str | None) -> str | None:
        try:
            return None if url is None else checked_base_url(url)
        except ValueError:  # its message speaks of another field
            msg = (
                "url is no address, or holds what looks like a secret; write https://host/path, or "
                "name the variable that holds it under url_env"
            )
            raise ValueError(msg) from None

    @model_validator(mode="after")
    def _has_one_address(self) -> Webhook:
        if (self.url is None) == (self.url_env is None):
            msg = "a webhook has an address: write url, or url_env, and one of them alone"
            raise ValueError(msg)
        return self


class Apprise(_Document):
    """Any service that Apprise knows: mail, PagerDuty, Teams, Discord and some hundred more.

    Attributes:
        url_env: The *name* of the variable that holds Apprise's URL, such as
            ``mailto://user:password@example.org``; it holds secrets.
    """

    url_env: str

    _names_a_variable = field_validator("url_env")(
        lambda name: checked_variable(name, field="url_env", example="PAGER_URL")
    )


class Channel(_Document):
    """One place that messages go to; exactly one of the four."""

    slack_webhook: SlackWebhook | None = None
    slack_bot: SlackBot | None = None
    webhook: Webhook | None = None
    apprise: Apprise | None = None

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Channel:
        if sum(one is not None for one in self._all) != 1:
            kinds = ", ".join(type(self).model_fields)
            msg = f"a channel is exactly one of {kinds}; write one of them"
            raise ValueError(msg)
        return self

    @property
    def _all(self) -> tuple[SlackWebhook | SlackBot | Webhook | Apprise | None, ...]:
        return (self.slack_webhook, self.slack_bot, self.webhook, self.apprise)

    @property
    def target(self) -> SlackWebhook | SlackBot | Webhook | Apprise:
        """The one that is written."""
        return next(one for one in self._all if one is not None)

    @property
    def signing_secret_env(self) -> str | None:
        """The variable with the secret of Slack's callbacks; None where there are no buttons."""
        slack = self.slack_bot or self.slack_webhook
        return slack.signing_secret_env if slack else None


class Route(_Document):
    """Which alerts go to which channels. A list that is left out takes all.

    Attributes:
        channels: Names from ``channels``.
        severities: ``page``, ``warning``, ``info``.
        conditions: What the alert is about: ``series``, ``pin_broken``, ``not_measured``...
        endpoints: Names of endpoints.
        suites: Names of suites.
        tags: Tags of endpoints; one in common is enough.
    """

    channels: Annotated[tuple[str, ...], Field(min_length=1)]
    severities: tuple[AlertSeverity, ...] = ()
    conditions: tuple[ConditionKind, ...] = ()
    endpoints: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Weekday(StrEnum):
    """A day of the week, as cron writes it."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class WeeklyDigest(_Document):
    """One message a week that says that all is well, or what is not.

    Attributes:
        channels: Names from ``channels``; without any, the Slack channels.
        hour: Of the wall clock in ``timezone``.
    """

    channels: tuple[str, ...] = ()
    day: Weekday = Weekday.MON
    hour: Annotated[int, Field(ge=0, le=23)] = 9
    timezone: str = "UTC"

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, timezone: str) -> str:
        try:
            ZoneInfo(timezone)
        except (KeyError, OSError, ValueError):  # what zoneinfo raises, name by name
            msg = f"there is no time zone {timezone!r}; write one such as UTC or Europe/Berlin"
            raise ValueError(msg) from None
        return timezone


class Alerts(_Document):
    """Who is told.

    Attributes:
        public_url: Where people reach this server; messages link to the report of their run there.
            A message without buttons names the commands.
        channels: Places that messages go to, by name.
        routes: An alert goes to the channels of every route that takes it. Without routes, every
            channel hears everything.
        renotify_hours: How often an open alert that nobody acknowledged is told again; null: never.
        digest: When a week is summed up; null: never.
    """

    public_url: str | None = None
    channels: dict[str, Channel] = Field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    renotify_hours: Annotated[float, Field(gt=0)] | None = 24.0
    digest: WeeklyDigest | None = WeeklyDigest()

    @field_validator("public_url")
    @classmethod
    def _is_a_url(cls, url: str | None) -> str | None:
        return None if url is None else _public(url, "public_url")

    @model_validator(mode="after")
    def _knows_its_channels(self) -> Alerts:
        named = [name for route in self.routes for name in route.channels]
        unknown = [name for name in named if name not in self.channels]
        unknown += [name for name in self._digest_names if name not in self.channels]
        if unknown:
            known = ", ".join(self.channels) or "none"
            msg = f"there is no channel {unknown[0]!r} under alerts.channels; known: {known}"
            raise ValueError(msg)
        return self

    @property
    def _digest_names(self) -> tuple[str, ...]:
        return self.digest.channels if self.digest else ()

    @property
    def digest_channels(self) -> tuple[str, ...]:
        """Names of the channels that get the digest: never a pager, unless it is named."""
        if self.digest is None:
            return ()
        slack = tuple(
            name for name, one in self.channels.items() if one.slack_bot or one.slack_webhook
        )
        return self.digest.channels or slack


def taken_by_nothing(alerts: Alerts, endpoints: Mapping[str, Endpoint]) -> str | None:
    """Return what is wrong with a route that names an endpoint or a tag in vain; None if nothing.

    Such a route takes no alert at all, and nobody would notice. An endpoint may also be named as
    provider/model.
    """
    tags = {tag for endpoint in endpoints.values() for tag in endpoint.tags}
    for number, route in enumerate(alerts.routes):
        for name in route.endpoints:
            if name not in endpoints and "/" not in name:
                return f"alerts.routes.{number} names {name!r}, and there is no such endpoint"
        for tag in route.tags:
            if tag not in tags:
                return f"alerts.routes.{number} names the tag {tag!r}, and no endpoint has it"
    return None


def _optional(name: str | None, *, field: str, example: str) -> str | None:
    return None if name is None else checked_variable(name, field=field, example=example)


def _public(url: str, field: str) -> str:
    parts = urlsplit(url)
    fine = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    if not fine or parts.query or parts.fragment or re.search(r"[\s<>|]", url):
        msg = f"{field} is no plain address; write it like https://pinwatch.example.org"
        raise ValueError(msg)
    return url.rstrip("/")
