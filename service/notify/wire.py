"""One POST, bounded in every way: in time as a whole, in what is read, and in where it goes."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx

from service.notify.faults import TIMEOUT_SECONDS, unreachable
from service.notify.transport import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping

# An address can be a secret, and these write each one.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_AS_IT_IS: Final = {"Accept-Encoding": "identity"}
"""Nothing is unpacked: a short answer could become an endless one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back: ``body`` holds its first bytes, as many as were asked for."""

    status: int
    retry_after: str | None
    body: bytes


def post(
    url: str,
    content: bytes,
    headers: Mapping[str, str],
    *,
    service: str,
    most: int = 0,
    limit_seconds: float = TIMEOUT_SECONDS,
) -> Answer:
    """Post ``content``, and return the answer; redirects are not followed.

    Args:
        url: Where to.
        content: The body.
        headers: Its headers.
        service: What errors call the other side.
        most: Bytes of the answer's body that are read; with 0 the connection is closed as soon as
            its head is there.
        limit_seconds: Of everything from the first byte to the last. A limit for each read alone
            would let a slow answer outlast the lease of the attempt, and the message come twice.

    Raises:
        DeliveryError: There is no answer, or ``url`` is none.
    """
    try:
        return asyncio.run(_post(url, content, {**_AS_IT_IS, **headers}, most, limit_seconds))
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise DeliveryError(
            f"the address of {service} is no URL",
            permanent=True,
            fix="Put its whole address, https://..., into the variable of the channel's url_env.",
        ) from None
    except (httpx.HTTPError, OSError) as error:
        # "from None": the words of these errors may repeat the address, which is the secret.
        raise unreachable(error, service=service) from None


async def _post(
    url: str, content: bytes, headers: Mapping[str, str], most: int, limit_seconds: float
) -> Answer:
    async with (
        asyncio.timeout(limit_seconds),
        httpx.AsyncClient(timeout=None, follow_redirects=False) as client,  # noqa: S113 - the line above
        client.stream("POST", url, content=content, headers=headers) as answer,
    ):
        return Answer(
            status=answer.status_code,
            retry_after=answer.headers.get("retry-after"),
            body=await _first(answer, most),
        )


async def _first(answer: httpx.Response, most: int) -> bytes:
    found = b""
    if most:
        async for piece in answer.aiter_raw():
            found += piece
            if len(found) >= most:
                break
    return found[:most]
