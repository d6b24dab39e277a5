"""What Slack's errors mean: what may pass by itself, and what a person must mend, and how."""

from __future__ import annotations

import logging
from typing import Final

from service.notify.transport import DeliveryError

SERVICE: Final = "Slack"
_INVITE: Final = "Invite the bot to the channel: /invite @its-name."
_TOKEN: Final = "Put the bot token (xoxb-...) of an installed app into the channel's token_env."  # noqa: S105 - a sentence
_CHANNEL: Final = "Write the id of the channel that its details show at the very end."
_SCOPE: Final = "Give the app the scope chat:write, and install it again."
_NEW_HOOK: Final = "Make a new incoming webhook, and put its address into the channel's url_env."

_FIXES: Final = {
    "invalid_auth": _TOKEN,
    "not_authed": _TOKEN,
    "account_inactive": _TOKEN,
    "token_revoked": _TOKEN,
    "token_expired": _TOKEN,
    "no_permission": _SCOPE,
    "missing_scope": _SCOPE,
    "not_allowed_token_type": _TOKEN,
    "org_login_required": _TOKEN,
    "ekm_access_denied": "Ask an administrator of the workspace.",
    "team_access_not_granted": "Ask an administrator of the workspace.",
    "channel_not_found": _CHANNEL,
    "is_archived": "Unarchive the channel, or name another.",
    "not_in_channel": _INVITE,
    "restricted_action": "Ask an administrator who may post in the channel.",
    "restricted_action_read_only_channel": "Ask an administrator who may post in the channel.",
    "method_deprecated": "Update Pinwatch.",
    "invalid_arguments": "Report it: this is an error of Pinwatch.",
    "invalid_blocks": "Report it: this is an error of Pinwatch.",
    "invalid_payload": "Report it: this is an error of Pinwatch.",
    "no_text": "Report it: this is an error of Pinwatch.",
    "action_prohibited": "Ask an administrator of the workspace.",
    "posting_to_general_channel_denied": "Name another channel.",
    "channel_is_archived": "Unarchive the channel, or name another.",
    "no_service": _NEW_HOOK,
    "no_service_id": _NEW_HOOK,
    "no_team": _NEW_HOOK,
    "team_disabled": _NEW_HOOK,
    "invalid_token": _NEW_HOOK,
    "no_active_hooks": _NEW_HOOK,
}
"""What trying again does not mend. Whatever else Slack says may pass."""

LAYOUT: Final = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_payload"}
)
"""Slack does not take the blocks; it takes the text alone."""

GONE: Final = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "thread_not_found",
        "cant_reply_to_message",
        "restricted_action_thread_locked",
    }
)
"""The message that was to be brought up to date is not there any more, or not ours to change."""


def of_error(name: str, *, retry_after_seconds: float | None = None) -> DeliveryError:
    """Return what an error that Slack names means."""
    fix = _FIXES.get(name)
    if fix is not None:
        return DeliveryError(f"{SERVICE} refuses the message: {name}", permanent=True, fix=fix)
    return DeliveryError(
        f"{SERVICE} answered {name}", permanent=False, retry_after_seconds=retry_after_seconds
    )


def named(text: object) -> str:
    """Return the name of an error if ``text`` is one; Slack's names are short words.

    >>> named("channel_not_found"), named("<html>busy</html>")
    ('channel_not_found', 'an unknown error')
    """
    word = text if isinstance(text, str) else ""
    fine = 0 < len(word) <= 60 and word.replace("_", "").isalnum() and word.isascii()
    return word if fine else "an unknown error"


def silent_logger() -> logging.Logger:
    """Return a logger that says nothing: what the library logs holds addresses and tokens."""
    logger = logging.getLogger("pinwatch.slack")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    return logger
