"""Small things that the simulator's tests are made of."""

from __future__ import annotations

from typing import Any

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.simulator.chat import ChatRequest, Reply
from evals.simulator.draw import Dice
from evals.simulator.endpoint import SimulatedEndpoint, SimulatorConfig
from evals.simulator.learning import knowledge_of

CAPITALS = (
    ("France", "Paris"),
    ("Peru", "Lima"),
    ("Japan", "Tokyo"),
    ("Kenya", "Nairobi"),
    ("Norway", "Oslo"),
)


def make_item(item_id: str = "peru", question: str = "Capital of Peru?", **more: Any) -> Item:
    final = "\nEnd with FINAL: <answer>"
    values: dict[str, Any] = {
        "id": item_id,
        "messages": (ChatMessage(role="user", content=question + final),),
        "targets": ("Lima",),
        "scorer": ScorerSpec(name="exact"),
    }
    return Item(**{**values, **more})


def capital_items() -> list[Item]:
    return [
        make_item(country, f"What is the capital of {country}?", targets=(city,), tags=("capital",))
        for country, city in CAPITALS
    ]


def sum_items(count: int = 400) -> list[Item]:
    number = ScorerSpec(name="number")
    return [
        make_item(f"sum-{n}", f"What is {n} + 17?", targets=(str(n + 17),), scorer=number)
        for n in range(count)
    ]


def make_request(*turns: str, **more: Any) -> ChatRequest:
    """Make a request; turns are the user's and the model's by turns."""
    roles = ("user", "assistant")
    messages = tuple(
        ChatMessage(role=roles[place % 2], content=text) for place, text in enumerate(turns)
    )
    return ChatRequest(**{"model": "sim-1", "messages": messages, **more})


def request_for(item: Item, *later: str, **more: Any) -> ChatRequest:
    return make_request(item.messages[-1].content, *later, **more)


def make_dice(**more: Any) -> Dice:
    values: dict[str, Any] = {"seed": 1, "persona": "base", "item": "peru", "occurrence": 0}
    return Dice(**{**values, **more})


def make_endpoint(items: list[Item], **change: Any) -> SimulatedEndpoint:
    seed = change.pop("seed", 1)
    endpoint = SimulatedEndpoint(SimulatorConfig(knowledge=knowledge_of(items), seed=seed))
    endpoint.behave(change)
    return endpoint


def asked(endpoint: SimulatedEndpoint, request: ChatRequest) -> Reply:
    return endpoint.ask(request, protocol="test", body={}).reply
