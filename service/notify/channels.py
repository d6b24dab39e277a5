"""From what `evals.yaml` says of a channel to the transport that serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.channels import Apprise, SlackBot, SlackWebhook
from service.notify.transport import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.channels import Channel
    from service.notify.transport import Transport


def transport_of(
    channel: Channel, *, secret: Callable[[str], str | None], public_url: str | None
) -> Transport:
    """Return the transport of a channel; its libraries are imported now and not before.

    Args:
        channel: As configured.
        secret: Reads a variable of the environment by name; `Settings.secret`.
        public_url: Where people reach this server; None makes messages link to nothing.

    Raises:
        DeliveryError: A variable is not set, which only a person can mend: permanent.
    """
    target = channel.target

    def needed(name: str) -> str:
        value = secret(name)
        if value is None:
            raise DeliveryError(
                f"the variable {name}, which a channel needs, is not set",
                permanent=True,
                fix=f"export {name}=... where the worker runs.",
            )
        return value

    if isinstance(target, SlackWebhook):
        from service.notify.slack_webhook import SlackWebhookTransport

        return SlackWebhookTransport(
            url=needed(target.url_env),
            public_url=public_url,
            buttons=target.signing_secret_env is not None,
        )
    if isinstance(target, SlackBot):
        from service.notify.slack_bot import SlackBotTransport

        return SlackBotTransport(
            token=needed(target.token_env), target=target, public_url=public_url
        )
    if isinstance(target, Apprise):
        from service.notify.apprise import AppriseTransport

        return AppriseTransport(url=needed(target.url_env), public_url=public_url)
    from service.notify.webhook import WebhookTransport

    return WebhookTransport(
        url=target.url or needed(target.url_env or ""),
        secret=needed(target.secret_env) if target.secret_env else None,
        public_url=public_url,
    )
