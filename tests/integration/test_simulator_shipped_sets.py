"""The simulator knows every shipped golden set, by the sets' own scorers."""

from __future__ import annotations

import pytest

from evals.scorers.base import PureScorer
from evals.scorers.registry import scorer_for
from evals.shipped import find_golden_set, known_golden_sets
from evals.simulator.behaviour import Behaviour
from evals.simulator.chat import ChatRequest
from evals.simulator.endpoint import SimulatedEndpoint, SimulatorConfig
from evals.simulator.learning import knowledge_of
from evals.simulator.persona import Persona


@pytest.mark.parametrize("name", sorted(known_golden_sets([])))
def test_full_skill_passes_every_item_and_no_skill_fails_every_item(name: str) -> None:
    items = find_golden_set(name, []).golden_set.items
    knowledge = knowledge_of(items)
    for skill in (1.0, 0.0):
        behaviour = Behaviour(persona=Persona(skill=skill))
        endpoint = SimulatedEndpoint(SimulatorConfig(knowledge=knowledge, behaviour=behaviour))
        for item in items:
            request = ChatRequest(model="m", messages=item.messages)
            reply = endpoint.ask(request, protocol="test", body={}).reply
            assert reply.item == item.id
            scorer = scorer_for(item.scorer)
            if isinstance(scorer, PureScorer):
                assert scorer.grade(reply.text, item).passed is (skill == 1.0), item.id
