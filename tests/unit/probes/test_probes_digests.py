"""The rendered prompts of every probe, pinned: other bytes are another version."""

from __future__ import annotations

from typing import Final

import pytest

from evals.probes.registry import generate

DIGESTS: Final = {
    "canary": "1c534a5ca786622aba65b606444f592fb3b932c773cbde643fddc933ab7b3ffa",
    "pushback": "8322d7188e276149bc5567720e5407333ad945bcfcff8830c0980ecac439a470",
    "twins": "d0593114e4df2b9f380c2cc89639efb4dd299efe83661ff0c322e32ba3a9faeb",
    "judge": "0ae6368ca7ecde6abd4ef1cee64aa257bb7227e4753b677d9f09eb3392a17c03",
    "breadth": "4830113efdca66b180fc90c260755f6491297410e5a8172faff7d8f6c37b2ef7",
    "context_length": "b567841db9ecb8c7155052bb7516a5ebaa01d73aabae3016f52933e6ea337913",
    "abstention": "e38319c00b6eb923aeac287a2eae6be035e623acbb99802737406086fcc87bc4",
    "instruction_floor": "83fa20ebb4c3f590c066af63be6e422a7765d2bf245775d1adbe8d2a724596e0",
    "code_format": "e4ba248c01f81f6077a385dc514779f94361fd36372d4ef37c9cb535fcc1e0aa",
    "lost_in_the_middle": "3c0b2bb4e8e42039da3a8647953d6255d7cc03386021e068a594b4c61fcfb76c",
    "determinism": "78ebb80ef73483d6726af1b117afdb4e155bb37ce7255e06ae5a571d2dd16c13",
    "primes": "68cd1ca06c2ac630a226aab67435b5d3f5dd11f58b7acc04c81e0a6547ce1313",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_the_generated_set_is_the_one_that_was_pinned(name: str) -> None:
    assert generate(name, {}).digest == DIGESTS[name]
