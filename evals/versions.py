"""Versions that belong to the comparison basis."""

from __future__ import annotations

from importlib.metadata import version

TASK_VERSION = "1"
"""Covers how an item of a golden set is asked; moves when the bytes that go out would move."""


def code_version() -> str:
    """Return the version of Pinwatch, kept with every run and every verdict."""
    return version("pinwatch")
