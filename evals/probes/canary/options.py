"""What a suite may choose about the canary."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Mode(StrEnum):
    """What is asked for."""

    LOGPROBS = "logprobs"
    """One token with its alternatives."""
    BORDER = "border"
    """One token."""
    SHORT = "short"
    """A short answer."""


class CanaryOptions(BaseModel):
    """``mode``: what the endpoint can give; twenty calls in each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Mode = Mode.LOGPROBS
