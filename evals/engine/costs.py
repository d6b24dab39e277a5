"""What a model call took: tokens as the endpoint counts them, and their price. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspect_ai.model import ModelOutput

    from evals.endpoint import Price


def all_input_tokens(output: ModelOutput | None) -> int | None:
    """Return the size of the whole prompt in tokens; None when the endpoint does not say."""
    if output is None or output.usage is None:
        return None
    usage = output.usage
    # Providers with prompt caches report cached tokens apart; the prompt's size is their sum.
    return (
        usage.input_tokens
        + (usage.input_tokens_cache_read or 0)
        + (usage.input_tokens_cache_write or 0)
    )


def call_cost_usd(output: ModelOutput | None, price: Price | None) -> float | None:
    """Return what a call cost; None when the price or the tokens of the reply are unknown.

    A call without a reply (``output`` is None) costs nothing where there is a price: providers
    charge for tokens.
    """
    if price is None:
        return None
    if output is None:
        return 0.0
    tokens = all_input_tokens(output)
    if tokens is None or output.usage is None:
        return None
    return price.cost_usd(input_tokens=tokens, output_tokens=output.usage.output_tokens)
