"""`evals local-model`: a small real model on this machine, changeable behind its name."""

from __future__ import annotations

from typing import Annotated

import typer

from evals.local_model import KvCache, LocalModelConfig, serve

_SNIPPET = """\
OpenAI protocol  {url}

evals.yaml:
  endpoints:
    local-model:
      model: openai-api/local/{name}
      base_url: {url}

Ready. Stop with Ctrl-C."""
_DEFAULT = LocalModelConfig()


def local_model(
    served_name: Annotated[
        str, typer.Option("--as", help="Model id to serve under, whatever is behind it.")
    ] = _DEFAULT.served_name,
    system_prompt: Annotated[
        str | None, typer.Option(help="Put before every conversation, unseen by clients.")
    ] = None,
    temperature: Annotated[
        float | None, typer.Option(min=0, max=2, help="Overrides what requests ask for.")
    ] = None,
    kv_cache: Annotated[
        KvCache, typer.Option(help="Type of the key-value cache.")
    ] = _DEFAULT.kv_cache,
    weights: Annotated[
        str | None, typer.Option(help="Another GGUF file behind the same name.")
    ] = None,
    parallel: Annotated[
        int, typer.Option(min=1, max=16, help="Requests that are answered at once.")
    ] = _DEFAULT.parallel,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes any free one.")] = 0,
) -> None:
    """Serve SmolLM2-135M as an OpenAI-compatible endpoint, on one thread."""
    from evals.simulator.loopback import until_stopped

    config = LocalModelConfig(
        served_name=served_name,
        system_prompt=system_prompt,
        temperature=temperature,
        kv_cache=kv_cache,
        weights=weights,
        parallel=parallel,
        port=port,
    )
    with until_stopped() as stop:
        serve(
            config,
            announce=lambda url: typer.echo(_SNIPPET.format(url=url, name=served_name)),
            wait=stop.wait,
        )


command = local_model
