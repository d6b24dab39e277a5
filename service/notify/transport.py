"""What every transport promises: send once, and say exactly what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from evals.report.notice import Notice

Receipt: TypeAlias = "Mapping[str, Any]"
"""What the channel answered, as JSON values; it holds no secret. Empty where it says nothing."""


class DeliveryError(ServiceError):
    """A message did not arrive, or nobody can tell whether it did.

    Attributes:
        permanent: Trying again is useless until a person mends something.
        retry_after_seconds: How long the channel asks to be left alone; None when it does not say.
    """

    def __init__(
        self,
        what: str,
        *,
        permanent: bool,
        retry_after_seconds: float | None = None,
        where: str | None = None,
        fix: str | None = None,
    ) -> None:
        super().__init__(what, where=where, fix=fix)
        self.permanent = permanent
        self.retry_after_seconds = retry_after_seconds


class Transport(Protocol):
    """One channel. It neither waits nor tries again: the outbox does."""

    def send(
        self, notice: Notice, *, key: str, now: datetime, earlier: Receipt | None = None
    ) -> Receipt:
        """Send ``notice``, and return what the channel answered.

        Args:
            notice: The message.
            key: Stays the same over all attempts, so that a receiver can drop a repetition.
            now: For the time stamp of a signature.
            earlier: The newest receipt of a message about the same alert on this channel: where
                the channel can, that message is brought up to date and answered in its thread.

        Raises:
            DeliveryError: It did not arrive, or nobody can tell whether it did.
        """
        ...
