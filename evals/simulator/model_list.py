"""The list of models, in the words of OpenAI and of those who add to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.simulator.behaviour import Behaviour


def model_list(models: Sequence[str], behaviour: Behaviour) -> dict[str, Any]:
    """Return the body of GET /v1/models; ``models`` are listed unless the behaviour says others.

    >>> from evals.simulator.behaviour import Behaviour
    >>> [one["id"] for one in model_list(["sim-1"], Behaviour(listed=("sim-2",)))["data"]]
    ['sim-2']
    """
    listed = models if behaviour.listed is None else behaviour.listed
    return {"object": "list", "data": [_entry(model, behaviour) for model in listed]}


def model_page(model: str, models: Sequence[str], behaviour: Behaviour) -> dict[str, Any] | None:
    """Return the body of GET /v1/models/{model} as Anthropic has it; None where it is not listed.

    >>> from evals.simulator.behaviour import Behaviour
    >>> model_page("newest", ["newest"], Behaviour(stands_for="sim-2"))["id"]
    'sim-2'
    """
    listed = models if behaviour.listed is None else behaviour.listed
    if model not in listed:
        return None
    return {
        "type": "model",
        "id": behaviour.stands_for or model,
        "display_name": model,
        "created_at": "1970-01-01T00:00:00Z",
        "lifecycle": "deprecated" if behaviour.shutdown_date else "active",
        "retires_at": f"{behaviour.shutdown_date}T00:00:00Z" if behaviour.shutdown_date else None,
    }


def _entry(model: str, behaviour: Behaviour) -> dict[str, Any]:
    entry = {"id": model, "object": "model", "created": 0, "owned_by": "simulator"}
    if behaviour.shutdown_date is not None:
        entry["shutdown_date"] = behaviour.shutdown_date
    if behaviour.stands_for is not None:
        entry["canonical_slug"] = behaviour.stands_for
    return entry
