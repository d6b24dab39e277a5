"""Fixtures that every test tier shares."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout that the tests stand in."""
    return Path(__file__).parent.parent
