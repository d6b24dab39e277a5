"""What Inspect's providers need of us: a key's variable, and the client that speaks for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """One of the names that may stand before the first slash of a model.

    Attributes:
        key_variable: Where the key usually is; None where there is none, or where Inspect finds
            the credentials by itself.
        client: The distribution that makes the calls, since it decides what really goes out; None
            where we do not know it.
        own_server: It speaks to a server of one's own, which may want no key and moves no names.
        batches: Inspect can ask it through a batch API.
    """

    key_variable: str | None = None
    client: str | None = None
    own_server: bool = False
    batches: bool = False


_OWN_SERVER = Provider(client="openai", own_server=True)
_PROVIDERS = {
    "anthropic": Provider(key_variable="ANTHROPIC_API_KEY", client="anthropic", batches=True),
    "cloudflare": Provider(key_variable="CLOUDFLARE_API_KEY", client="openai"),
    "deepseek": Provider(key_variable="DEEPSEEK_API_KEY", client="openai"),
    "fireworks": Provider(key_variable="FIREWORKS_API_KEY", client="openai"),
    "google": Provider(key_variable="GOOGLE_API_KEY", client="google-genai", batches=True),
    "grok": Provider(key_variable="XAI_API_KEY", client="xai-sdk", batches=True),
    "groq": Provider(key_variable="GROQ_API_KEY", client="groq"),
    "hf-inference-providers": Provider(key_variable="HF_TOKEN", client="openai"),
    "litellm-proxy": Provider(key_variable="LITELLM_PROXY_API_KEY", client="openai"),
    "llama-cpp-python": _OWN_SERVER,
    "meta": Provider(key_variable="META_API_KEY", client="openai"),
    "mistral": Provider(key_variable="MISTRAL_API_KEY", client="mistralai"),
    "moonshot": Provider(key_variable="MOONSHOT_API_KEY", client="openai"),
    "ollama": _OWN_SERVER,
    "openai": Provider(key_variable="OPENAI_API_KEY", client="openai", batches=True),
    "openai-api": _OWN_SERVER,
    "openai-api-completions": _OWN_SERVER,
    "openrouter": Provider(key_variable="OPENROUTER_API_KEY", client="openai"),
    "perplexity": Provider(key_variable="PERPLEXITY_API_KEY", client="openai"),
    "sambanova": Provider(key_variable="SAMBANOVA_API_KEY", client="openai"),
    "sglang": _OWN_SERVER,
    "together": Provider(key_variable="TOGETHER_API_KEY", client="openai", batches=True),
    "vllm": _OWN_SERVER,
    "vllm-completions": _OWN_SERVER,
}
_CLOUDS = frozenset({"azure", "bedrock", "vertex"})


def provider_of(model: str) -> Provider:
    """Return what is known of the provider of ``provider/model``.

    A cloud in between (``anthropic/bedrock/...``) has credentials of its own, which Inspect finds.

    >>> provider_of("groq/llama-3.3-70b").key_variable
    'GROQ_API_KEY'
    >>> provider_of("openai/azure/my-deployment") == Provider(client="openai")
    True
    >>> provider_of("some-plugin/m") == Provider()
    True
    """
    name, *rest = model.split("/")
    known = _PROVIDERS.get(name, Provider())
    if len(rest) > 1 and rest[0] in _CLOUDS:
        return Provider(client=known.client)
    return known
