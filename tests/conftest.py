"""Fixtures that every test tier shares."""

from __future__ import annotations

import signal
from pathlib import Path

import hypothesis
import pytest

# The same examples each time and everywhere: a failure is the change's, never the day's.
hypothesis.settings.register_profile(
    "pinwatch", derandomize=True, deadline=None, print_blob=True, database=None
)
hypothesis.settings.load_profile("pinwatch")

# A shell starts background jobs with SIGINT ignored; the commands under test would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout that the tests stand in."""
    return Path(__file__).parent.parent
