"""What may stand under ``base_url``: an address, and never a secret; it is stored and printed."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

_SECRET = re.compile(r"key|token|secret|passw|pwd|auth|credential|^sig|^code$", re.IGNORECASE)


def checked_base_url(text: str) -> str:
    """Return ``text`` without slashes at its end.

    Raises:
        ValueError: It is no URL, or holds a secret. The message never repeats ``text``: what
            stands in the wrong place may well be a key.

    >>> checked_base_url("http://127.0.0.1:8000/v1/")
    'http://127.0.0.1:8000/v1'
    """
    url = _split(text)
    if url.username is not None or url.password is not None:
        raise ValueError(_no_secret("a user name or password"))
    if any(_SECRET.search(name) for name, _ in parse_qsl(url.query, keep_blank_values=True)):
        raise ValueError(_no_secret("what looks like a key"))
    return text.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a name or an address stands for this machine alone.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "example.org")]
    [True, True, True, False, False]
    """
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _split(text: str) -> SplitResult:
    if not text.startswith(("http://", "https://")):
        raise ValueError("base_url is no URL; write it with its scheme, such as https://host/v1")
    try:
        url = urlsplit(text)
        right = bool(url.hostname) and url.port != 0 and not re.search(r"\s", text)
    except ValueError:  # it repeats what it read, so nothing of it is kept
        right = False
    if not right:
        msg = "base_url has a wrong host or port; write https://host/v1 or http://host:8000/v1"
        raise ValueError(msg)
    return url


def _no_secret(what: str) -> str:
    return f"base_url holds {what}, and it is stored and shown; name a variable in api_key_env"
