"""Endpoints as they travel: the name of the key's variable, never the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.api.shapes.base import Shape, shown

if TYPE_CHECKING:
    from evals.endpoint import Endpoint as Configured


class Price(Shape):
    """US dollars per million tokens."""

    input: float
    output: float


class Endpoint(Shape):
    """A named place that prompts go to.

    Attributes:
        key_variable: The name of the variable that holds the key; null where none is needed.
        key_is_set: Whether this server could ask it: the variable holds something here.
        parameters: What is asked of the sampler; what is absent is not sent.
        pin_digest: Of all that we choose for a call; null where its client is not installed.
    """

    model_config = shown(
        {
            "name": "support-prod",
            "model": "openai/gpt-4o-2024-08-06",
            "base_url": None,
            "key_variable": "OPENAI_API_KEY",
            "key_is_set": True,
            "parameters": {"temperature": 0.0, "max_tokens": 512},
            "has_system_prompt": True,
            "price": {"input": 2.5, "output": 10.0},
            "max_connections": 8,
            "allow_alias": False,
            "pin_digest": "9d1f" * 16,
        }
    )

    name: str
    model: str
    base_url: str | None
    key_variable: str | None
    key_is_set: bool
    parameters: dict[str, Any]
    has_system_prompt: bool
    price: Price | None
    max_connections: int
    allow_alias: bool
    pin_digest: str | None

    @classmethod
    def of(
        cls, name: str, endpoint: Configured, *, key_is_set: bool, pin_digest: str | None
    ) -> Endpoint:
        """Return a configured endpoint as it travels."""
        price = endpoint.price
        return cls(
            name=name,
            model=endpoint.model,
            base_url=endpoint.base_url,
            key_variable=endpoint.key_variable,
            key_is_set=key_is_set,
            parameters=endpoint.parameters.requested(),
            has_system_prompt=endpoint.system_prompt is not None,
            price=None if price is None else Price(input=price.input, output=price.output),
            max_connections=endpoint.limits.max_connections,
            allow_alias=endpoint.allow_alias,
            pin_digest=pin_digest,
        )
