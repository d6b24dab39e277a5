"""A run loads the clients that it asks through, and no other."""

from __future__ import annotations

import pytest
from inspect_ai.model import _assistant_internal as inspect_state

from evals.engine.spare import spare_clients


@pytest.mark.parametrize(
    ("asked_through", "loads_anthropic"),
    [
        ({"openai"}, False),
        ({"anthropic"}, True),
        ({"openai", "anthropic"}, True),
        ({"openai", None}, True),
        ({None}, True),
    ],
)
def test_anthropics_client_is_spared_where_openais_alone_is_asked_through(
    monkeypatch: pytest.MonkeyPatch, asked_through: set[str | None], loads_anthropic: bool
) -> None:
    # It fails here, and not in silence, when Inspect renames its switch.
    monkeypatch.setattr(inspect_state, "_HAS_ANTHROPIC", True)
    spare_clients(asked_through)
    assert inspect_state._HAS_ANTHROPIC is loads_anthropic
