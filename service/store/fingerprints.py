"""A run's fingerprint as JSON, whose keys are texts and not pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.records import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_document(fingerprint: Fingerprint) -> dict[str, Any]:
    """Return JSON values; input tokens become item by item under their task.

    >>> document = to_document(Fingerprint(input_tokens={("faq", "a"): 12}))
    >>> document["input_tokens"]
    {'faq': {'a': 12}}
    """
    input_tokens: dict[str, dict[str, int]] = {}
    for (task, item_id), count in fingerprint.input_tokens.items():
        input_tokens.setdefault(task, {})[item_id] = count
    return {
        "served_models": list(fingerprint.served_models),
        "system_fingerprints": list(fingerprint.system_fingerprints),
        "stop_reasons": dict(fingerprint.stop_reasons),
        "requested_parameters": dict(fingerprint.requested_parameters),
        "sent_parameters": dict(fingerprint.sent_parameters),
        "input_tokens": input_tokens,
        "capabilities": dict(fingerprint.capabilities),
    }


def from_document(document: Mapping[str, Any]) -> Fingerprint:
    """Undo `to_document`."""
    return Fingerprint(
        served_models=tuple(document["served_models"]),
        system_fingerprints=tuple(document["system_fingerprints"]),
        stop_reasons=document["stop_reasons"],
        requested_parameters=document["requested_parameters"],
        sent_parameters=document["sent_parameters"],
        input_tokens={
            (task, item_id): count
            for task, counts in document["input_tokens"].items()
            for item_id, count in counts.items()
        },
        capabilities=document.get("capabilities", {}),
    )
