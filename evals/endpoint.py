"""A named place that prompts go to, and the pin: the hashed set of all that we choose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from evals.alias import pinned_name_advice
from evals.base_url import checked_base_url
from evals.digest import digest_of
from evals.providers import provider_of

# What people paste by mistake: the usual beginnings of keys, and one long word without a break.
_KEY_ITSELF = re.compile(r"(sk|gsk|hf|fw|r8|tgp|ghp)_|AIza|[A-Za-z0-9]{30,}$")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _Document(BaseModel):
    # What was written may be a key in the wrong place: no error repeats it.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Parameters(_Document):
    """What is asked of the sampler. An absent value is not sent, and the provider's default holds.

    Attributes:
        max_tokens: Most output tokens of one reply.
        extra: Further fields of the request body, passed through untouched.
    """

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=1)] | None = None
    seed: int | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    stop_seqs: tuple[str, ...] | None = None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    reasoning_effort: str | None = None
    reasoning_tokens: Annotated[int, Field(ge=0)] | None = None
    verbosity: str | None = None
    extra: dict[str, Any] | None = None

    def requested(self) -> dict[str, Any]:
        """Return the parameters that are set, as JSON values."""
        return self.model_dump(mode="json", exclude_none=True)


class Price(_Document):
    """US dollars per million tokens.

    Attributes:
        batch_share: What a token costs of that through the provider's batch API.
    """

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]
    batch_share: Annotated[float, Field(ge=0, le=1)] = 0.5

    @property
    def of_batch(self) -> Price:
        """The price of the same tokens in a batch.

        >>> Price(input=2.5, output=10).of_batch.output
        5.0
        """
        share = self.batch_share
        return Price(input=self.input * share, output=self.output * share, batch_share=1)

    def cost_usd(self, *, input_tokens: int, output_tokens: int) -> float:
        """Return the price of one call.

        >>> Price(input=2.5, output=10).cost_usd(input_tokens=1000, output_tokens=100)
        0.0035
        """
        return (input_tokens * self.input + output_tokens * self.output) / 1_000_000


class Limits(_Document):
    """How hard the endpoint may be pressed; none of this is part of the pin.

    Attributes:
        timeout_seconds: Of one attempt; a hanging request is cut then.
        max_retries: Attempts after the first, on 429, 5xx and time-outs; bounded, always.
    """

    max_connections: Annotated[int, Field(ge=1, le=1000)] = 8
    requests_per_minute: Annotated[float, Field(gt=0)] | None = None
    timeout_seconds: Annotated[int, Field(ge=1)] = 60
    max_retries: Annotated[int, Field(ge=0, le=20)] = 3


class Endpoint(_Document):
    """A named place that prompts go to.

    Attributes:
        model: ``provider/model`` as in Inspect; any OpenAI-compatible server is
            ``openai-api/<service>/<model>`` with a ``base_url``.
        api_key_env: The *name* of the variable that holds the key; the key itself is never stored.
        system_prompt: Sent before every conversation.
        system_prompt_file: Read from this file instead, relative to ``evals.yaml``.
        price: Without it, cost is unknown, and shown as unknown.
        advertised_context_tokens: What the provider promises, for the probes of long context.
        allow_alias: Accept a name that the provider may move.
        tags: Words of your own (``prod``, ``search-team``), by which alerts find their channels.
    """

    model: str
    base_url: str | None = None
    api_key_env: str | None = None
    parameters: Parameters = Parameters()
    system_prompt: str | None = None
    system_prompt_file: str | None = None
    price: Price | None = None
    limits: Limits = Limits()
    advertised_context_tokens: Annotated[int, Field(ge=1)] | None = None
    allow_alias: bool = False
    tags: tuple[str, ...] = ()

    @field_validator("model")
    @classmethod
    def _names_a_provider(cls, model: str) -> str:
        if "/" not in model.strip("/"):
            msg = f"{model!r} names no provider; write provider/model, such as openai/{model}"
            raise ValueError(msg)
        return model

    @field_validator("base_url")
    @classmethod
    def _is_a_url_without_secrets(cls, base_url: str | None) -> str | None:
        return checked_base_url(base_url) if base_url else None

    @field_validator("api_key_env")
    @classmethod
    def _names_a_variable(cls, name: str | None) -> str | None:
        if name is not None and (not _VARIABLE.fullmatch(name) or _KEY_ITSELF.match(name)):
            msg = (
                "api_key_env is no name of a variable; write the name, such as OPENAI_API_KEY, "
                "and never the key itself"
            )
            raise ValueError(msg)
        return name

    @model_validator(mode="after")
    def _is_pinned_and_consistent(self) -> Endpoint:
        advice = None if self.allow_alias else pinned_name_advice(self.model, self.base_url)
        if advice:
            msg = (
                f"model {self.model!r} is a floating alias: its provider may move it without a "
                f"word. Write {advice}; or say allow_alias: true"
            )
            raise ValueError(msg)
        if self.system_prompt is not None and self.system_prompt_file is not None:
            msg = "system_prompt and system_prompt_file are both set; keep one"
            raise ValueError(msg)
        if self.provider == "openai-api" and self.base_url is None:
            msg = f"model {self.model!r} needs a base_url, such as http://127.0.0.1:8000/v1"
            raise ValueError(msg)
        return self

    @property
    def provider(self) -> str:
        """The first part of ``model``."""
        return self.model.split("/", 1)[0]

    @property
    def key_variable(self) -> str | None:
        """The variable that holds the key; None where there is none, or Inspect finds it."""
        return self.api_key_env or provider_of(self.model).key_variable


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """All that we choose for a call, frozen. Its digest is the identity of what is watched.

    ``client_versions`` belongs to it: the clients decide which parameters really go out.
    """

    model: str
    base_url: str | None
    parameters: dict[str, Any]
    system_prompt: str | None
    client_versions: dict[str, str]

    def document(self) -> dict[str, Any]:
        """Return the pin as JSON values, the form that its digest covers."""
        return {
            "model": self.model,
            "base_url": self.base_url,
            "parameters": self.parameters,
            "system_prompt": self.system_prompt,
            "client_versions": self.client_versions,
        }

    @property
    def digest(self) -> str:
        """The sha256 of all that we choose."""
        return digest_of(self.document())


def pin(endpoint: Endpoint, *, client_versions: dict[str, str]) -> Pin:
    """Freeze what we choose for calls to ``endpoint``.

    The endpoint's ``system_prompt_file`` must have been read into ``system_prompt`` before
    (`evals.config.load_config` does so). Keys, prices and limits are not part of a pin.

    >>> e = Endpoint(model="openai/gpt-4o-2024-08-06")
    >>> faster = e.model_copy(update={"limits": Limits(max_connections=50)})
    >>> pin(e, client_versions={}).digest == pin(faster, client_versions={}).digest
    True
    """
    return Pin(
        model=endpoint.model,
        base_url=endpoint.base_url,
        parameters=endpoint.parameters.requested(),
        system_prompt=endpoint.system_prompt,
        client_versions=client_versions,
    )
