"""Names of environment variables that hold secrets: what may stand where a secret must not."""

from __future__ import annotations

import re
from typing import Final

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET_ITSELF: Final = re.compile(
    r"(sk|gsk|hf|fw|r8|tgp|ghp|xox[a-z]|xapp)[_-]|AIza|[A-Za-z0-9]{30,}$"
)
"""What people paste by mistake: the usual beginnings of keys, and one long word without a break."""


def checked_variable(name: str, *, field: str, example: str) -> str:
    """Return ``name``.

    Raises:
        ValueError: It is no name of a variable, or looks like the secret itself, which the message
            never repeats.

    >>> checked_variable("SLACK_BOT_TOKEN", field="token_env", example="SLACK_BOT_TOKEN")
    'SLACK_BOT_TOKEN'
    """
    if not _VARIABLE.fullmatch(name) or _SECRET_ITSELF.match(name):
        msg = (
            f"{field} is no name of a variable; write the name, such as {example}, and never what "
            "it holds"
        )
        raise ValueError(msg)
    return name
