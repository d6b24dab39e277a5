"""A bridge: what we changed and what the endpoint did meanwhile, told apart by asking both ways."""

from evals.bridge.bridge import EXIT_CODES, BridgeOutcome, BridgeReport
from evals.bridge.changes import Chosen, what_we_changed
from evals.bridge.comparing import compare_bridge
from evals.bridge.document import bridge_document
from evals.bridge.text import bridge_text, reason_to_bless

__all__ = [
    "EXIT_CODES",
    "BridgeOutcome",
    "BridgeReport",
    "Chosen",
    "bridge_document",
    "bridge_text",
    "compare_bridge",
    "reason_to_bless",
    "what_we_changed",
]
