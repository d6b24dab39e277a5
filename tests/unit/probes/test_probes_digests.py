"""The rendered prompts of every probe, pinned: other bytes are another version."""

from __future__ import annotations

from typing import Final

import pytest

from evals.probes.registry import generate

DIGESTS: Final = {
    "primes": "a13d41a17622c2bd497c226a8861b29edb00ab9bb811bb24b798f80dfef43bec",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_the_generated_set_is_the_one_that_was_pinned(name: str) -> None:
    assert generate(name, {}).digest == DIGESTS[name]
