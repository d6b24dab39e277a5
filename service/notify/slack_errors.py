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
_ANOTHER: Final = "Unarchive the channel, or name another that the app may post in."
_ADMINISTRATOR: Final = "Ask an administrator of the workspace what the app may do in the channel."
_UPDATE: Final = "Update Pinwatch."
_REPORT: Final = "Report it: this is an error of Pinwatch."
_NEW_HOOK: Final = "Make a new incoming webhook, and put its address into the channel's url_env."

_NAMES_BY_FIX: Final = {
    _TOKEN: "invalid_auth not_authed account_inactive token_revoked token_expired user_is_bot "
    "not_allowed_token_type two_factor_setup_required cannot_auth_user "
    "as_user_not_supported",
    _SCOPE: "no_permission missing_scope",
    _ADMINISTRATOR: "access_denied accesslimited app_access_restricted ekm_access_denied "
    "enterprise_is_restricted team_access_not_granted action_prohibited restricted_action "
    "restricted_action_read_only_channel restricted_action_non_threadable_channel "
    "restricted_action_thread_only_channel user_is_restricted",
    _CHANNEL: "channel_not_found invalid_channel channel_type_not_supported team_not_found "
    "cannot_dm_bot messages_tab_disabled duplicate_channel_not_found",
    _INVITE: "not_in_channel",
    _ANOTHER: "is_archived channel_is_archived posting_to_general_channel_denied",
    _NEW_HOOK: "no_service no_service_id no_team team_disabled invalid_token no_active_hooks "
    "user_not_found",
    _UPDATE: "method_deprecated deprecated_endpoint unknown_method "
    "method_not_supported_for_channel_type",
    _REPORT: "invalid_arguments invalid_arg_name invalid_array_arg invalid_charset "
    "invalid_form_data invalid_post_type missing_post_type invalid_json json_not_object "
    "invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long invalid_payload no_text "
    "markdown_text_conflict too_many_attachments attachment_payload_limit_exceeded "
    "metadata_too_large invalid_metadata_format invalid_metadata_schema "
    "metadata_must_be_sent_from_app",
}
_FIXES: Final = {name: fix for fix, names in _NAMES_BY_FIX.items() for name in names.split()}
"""What trying again does not mend, by Slack's documentation of what we call and of its webhooks.

Whatever else Slack says may pass: a migration, a limit, a fault of its own, a name that is new.
"""

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
        "cannot_reply_to_message",
        "cant_reply_to_message",
        "restricted_action_non_threadable_channel",
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
